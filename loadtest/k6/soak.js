// The ordinary day at a lower rate, for hours. Tokens are good for a day, and so is the test: --env DURATION=23h.
import { day } from "./lib/day.js";

export { browsers, buyers, setup, undecided } from "./lib/day.js";

export const options = {
  scenarios: day({ browsers: 50, undecided: 50, buyers: 10 }, __ENV.DURATION || "1h"),
  thresholds: {
    checks: ["rate>0.9999"],
    http_req_failed: ["rate<0.0001"],
    dropped_iterations: ["count<100"],
    bookings_confirmed: ["count>0"],
    http_req_duration: ["p(95)<50", "p(99)<100"],
    booking_to_confirmed: ["p(99)<2000"],
  },
};
