// An ordinary day with many events.
import { day } from "./lib/day.js";
import { thresholds } from "./lib/usher.js";

export { browsers, buyers, setup, undecided } from "./lib/day.js";

export const options = {
  scenarios: day({ browsers: 100, undecided: 100, buyers: 25 }, __ENV.DURATION || "1m"),
  thresholds: thresholds({
    dropped_iterations: ["count<10"],
    bookings_confirmed: ["count>0"],
    "http_req_duration{scenario:browsers}": ["p(99)<100"],
    "http_req_duration{name:hold}": ["p(99)<100"],
    booking_to_confirmed: ["p(99)<2000"],
  }),
};
