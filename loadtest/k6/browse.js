// People look around and buy nothing. Nobody has to sign in for that.
import { browse, crowd, makeWorld, thresholds } from "./lib/usher.js";

export const options = {
  scenarios: { browsers: crowd(300, "30s", [64, 1000]) },
  thresholds: thresholds({
    dropped_iterations: ["count<10"],
    "http_req_duration{name:events}": ["p(99)<50"],
    "http_req_duration{name:event}": ["p(99)<50"],
    "http_req_duration{name:seats}": ["p(99)<100"],
  }),
};

export const setup = () => makeWorld({ events: 20, seats: 2000, customers: 0 });

export default browse;
