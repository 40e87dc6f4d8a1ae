// An ordinary day: most people only look, some hold and think again, some buy. `steady` and `soak` are such days.
import { browse, checkout, holdAndRelease, makeWorld } from "./usher.js";

const crowd = (exec, rate, duration, preAllocatedVUs, maxVUs) => ({
  executor: "constant-arrival-rate", exec, rate, timeUnit: "1s", duration, preAllocatedVUs, maxVUs,
});

/** Three crowds at these rates of iterations a second. */
export function day({ browsers, undecided, buyers }, duration) {
  return {
    browsers: crowd("browsers", browsers, duration, 32, 500),
    undecided: crowd("undecided", undecided, duration, 32, 500),
    buyers: crowd("buyers", buyers, duration, 16, 200),
  };
}

export const setup = () => makeWorld({ events: 50, seats: 2000 });
export const browsers = browse;
export const undecided = holdAndRelease;
export const buyers = (world) => checkout(world, { cancels: true });
