// Customers hold seats, pay for them and watch their booking until it is confirmed.
import { checkout, crowd, makeWorld, thresholds } from "./lib/usher.js";

export const options = {
  scenarios: { buyers: crowd(100, "30s", [64, 512]) },
  thresholds: thresholds({
    dropped_iterations: ["count<10"],
    bookings_confirmed: ["count>0"],
    "http_req_duration{name:book}": ["p(99)<250"],
    booking_to_confirmed: ["p(95)<1000", "p(99)<2000"],
  }),
};

export const setup = () => makeWorld({ events: 4 });

export default function (world) {
  checkout(world, { card: __ENV.CARD });
}
