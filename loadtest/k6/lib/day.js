// An ordinary day: most people only look, some hold and think again, some buy. `steady` and `soak` are such days.
import { browse, checkout, crowd, holdAndRelease, makeWorld } from "./usher.js";

/** Three crowds at these rates of iterations a second. */
export function day({ browsers, undecided, buyers }, duration) {
  return {
    browsers: crowd(browsers, duration, [32, 500], "browsers"),
    undecided: crowd(undecided, duration, [32, 500], "undecided"),
    buyers: crowd(buyers, duration, [16, 200], "buyers"),
  };
}

export const setup = () => makeWorld({ events: 50, seats: 2000 });
export const browsers = browse;
export const undecided = holdAndRelease;
export const buyers = (world) => checkout(world, { cancels: true });
