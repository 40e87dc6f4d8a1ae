// Everyone wants the same ten seats of one event.
import { anySeats, customerOf, hold, makeWorld, thresholds } from "./lib/usher.js";

export const options = {
  scenarios: { storm: { executor: "constant-vus", vus: 64, duration: "10s" } },
  thresholds: thresholds({
    "http_req_duration{name:hold}": ["p(99)<100"],
    holds: ["count==10"],
  }),
};

export const setup = () => makeWorld({ seats: 30, customers: 8 });

export default function (world) {
  hold(world.events[0], anySeats(world.events[0], 1, 10), customerOf(world));
}
