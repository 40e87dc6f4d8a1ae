// People look around and buy nothing. Nobody has to sign in for that.
import { browse, makeWorld } from "./usher.js";

export const options = {
  scenarios: {
    browsers: {
      executor: "constant-arrival-rate", rate: 300, timeUnit: "1s", duration: "30s", preAllocatedVUs: 64, maxVUs: 1000,
    },
  },
  thresholds: {
    checks: ["rate>0.999"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count<10"],
    "http_req_duration{name:events}": ["p(99)<50"],
    "http_req_duration{name:event}": ["p(99)<50"],
    "http_req_duration{name:seats}": ["p(99)<100"],
  },
};

export const setup = () => makeWorld({ events: 20, seats: 2000, customers: 0 });

export default browse;
