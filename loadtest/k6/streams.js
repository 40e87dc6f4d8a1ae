// People watch an event while some seats are held and given back. k6 reads an answer as a whole, so a reader's stream
// counts when its time is over: its frames are counted then, and a stream that timed out is what is expected.
import http from "k6/http";
import { check } from "k6";
import { count, crowd, holdAndRelease, makeWorld, url } from "./lib/usher.js";

const readers = Number(__ENV.READERS || 1000);

export const options = {
  scenarios: {
    readers: { executor: "per-vu-iterations", exec: "watch", vus: readers, iterations: 1, maxDuration: "60s" },
    undecided: crowd(20, "40s", [4, 100], "undecided"),
  },
  thresholds: { "checks{scenario:undecided}": ["rate>0.999"], "http_req_duration{name:hold}": ["p(99)<250"] },
};

export const setup = () => makeWorld({ seats: 600, customers: 4 });
export const undecided = holdAndRelease;

export function watch(world) {
  const path = `/api/events/${world.events[0].id}/stream`;
  const answer = http.get(url + path, { tags: { name: "stream" }, timeout: "30s" });
  const text = answer.body || "";
  count("snapshots", text.split("event: snapshot\n").length - 1);
  count("deliveries", text.split("event: seats\n").length - 1);
  check(answer, { "the stream was not refused": (it) => it.status === 200 || it.status === 0 });
}
