// The doors open: a crowd comes within seconds for one event, and thins out when most of it is gone.
import { anySeats, customerOf, hold, makeWorld, thresholds } from "./lib/usher.js";

export const options = {
  scenarios: {
    crowd: {
      executor: "ramping-arrival-rate", startRate: 100, timeUnit: "1s", preAllocatedVUs: 64, maxVUs: 2000,
      stages: [
        { duration: "2s", target: 4000 }, { duration: "6s", target: 4000 }, { duration: "2s", target: 200 },
      ],
    },
  },
  thresholds: thresholds({
    dropped_iterations: ["count<100"],
    "http_req_duration{name:hold}": ["p(95)<100", "p(99)<250"],
  }),
};

export const setup = () => makeWorld({ seats: 6000 });

export default function (world) {
  hold(world.events[0], anySeats(world.events[0], 2), customerOf(world));
}
