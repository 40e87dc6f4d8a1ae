// Far more customers than the server can serve. The goodput is `holds` a second; 429 and 503 are answers here.
import { anyEvent, anySeats, customerOf, hold, makeWorld, releaseBefore, thresholds } from "./lib/usher.js";

const peak = Number(__ENV.RATE || 30000);

export const options = {
  scenarios: {
    crowd: {
      executor: "ramping-arrival-rate", startRate: 1000, timeUnit: "1s", preAllocatedVUs: 256, maxVUs: 8000,
      stages: [
        { duration: "5s", target: peak }, { duration: "15s", target: peak }, { duration: "5s", target: 1000 },
      ],
    },
  },
  thresholds: thresholds({ holds: ["rate>500"] }),
};

export const setup = () => makeWorld({ events: 8, holdSeconds: 10 });

export default function (world) {
  const [event, token] = [anyEvent(world), customerOf(world)];
  const held = hold(event, anySeats(event), token, [201, 409, 429, 503]);
  releaseBefore(event, held, token, [204, 404, 410, 429, 503]);
}
