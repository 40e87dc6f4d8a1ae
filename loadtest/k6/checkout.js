// Customers hold seats, pay for them and watch their booking until it is confirmed.
import { checkout, makeWorld } from "./usher.js";

export const options = {
  scenarios: {
    buyers: {
      executor: "constant-arrival-rate", rate: 100, timeUnit: "1s", duration: "30s", preAllocatedVUs: 64, maxVUs: 512,
    },
  },
  thresholds: {
    checks: ["rate>0.999"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count<10"],
    bookings_confirmed: ["count>0"],
    "http_req_duration{name:book}": ["p(99)<250"],
    booking_to_confirmed: ["p(95)<1000", "p(99)<2000"],
  },
};

export const setup = () => makeWorld({ events: 4 });

export default function (world) {
  checkout(world, { card: __ENV.CARD });
}
