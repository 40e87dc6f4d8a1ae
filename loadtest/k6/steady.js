// An ordinary day with many events.
import { day } from "./day.js";

export { browsers, buyers, setup, undecided } from "./day.js";

export const options = {
  scenarios: day({ browsers: 100, undecided: 100, buyers: 25 }, __ENV.DURATION || "1m"),
  thresholds: {
    checks: ["rate>0.999"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count<10"],
    bookings_confirmed: ["count>0"],
    "http_req_duration{scenario:browsers}": ["p(99)<100"],
    "http_req_duration{name:hold}": ["p(99)<100"],
    booking_to_confirmed: ["p(99)<2000"],
  },
};
