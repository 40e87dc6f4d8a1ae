// A minute's walk through all that a customer can do. Nothing may go wrong.
import { check } from "k6";
import { anyEvent, book, cancel, count, customerOf, endOf, lookAround, makeWorld, request } from "./lib/usher.js";

export const options = {
  scenarios: { walk: { executor: "constant-vus", vus: 4, duration: "1m" } },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
    bookings_confirmed: ["count>0"],
    http_req_duration: ["p(95)<1000"],
    booking_to_confirmed: ["p(95)<2000"],
  },
};

export const setup = () => makeWorld({ events: 2, seats: 2000, customers: 4 });

const unique = () => `${__VU}-${__ITER}-${Date.now().toString(36)}`;

export default function (world) {
  const [event, token] = [anyEvent(world), customerOf(world)];
  arrive(event);
  signUp();
  meetRefusals(event, token);
  holdAndRelease(event, token);
  buyAndCancel(event, token);
  payWithBadCard(event, token);
}

function arrive(event) {
  check(request("GET", "/health/ready", { name: "ready" }), { "the server is ready": (it) => it.status === 200 });
  lookAround(event);
  check(request("GET", "/openapi.json", { name: "openapi" }), {
    "the API is described": (it) => it.json("openapi") !== undefined,
  });
}

function signUp() {
  const credentials = { email: `smoke-${unique()}@usher.example`, password: "a-smoke-test" };
  const registered = request("POST", "/api/users/register", {
    name: "register", expecting: [201], body: { ...credentials, name: "Smoke" },
  });
  check(registered, { "one can register": (it) => it.status === 201 });
  check(request("POST", "/api/users/login", { name: "login", body: credentials }), {
    "one can log in": (it) => it.status === 200 && it.json("token") !== undefined,
  });
}

function meetRefusals(event, token) {
  const path = `/api/events/${event.id}/hold`;
  const body = { seats: ["STALLS-1-1"] };
  check(request("POST", path, { name: "hold_unknown", body, expecting: [401] }), {
    "who is not signed in holds nothing": (it) => it.status === 401,
  });
  const nowhere = "/api/events/00000000-0000-7000-8000-000000000000";
  check(request("GET", nowhere, { name: "event_unknown", expecting: [404] }), {
    "what is not there is not found": (it) => it.status === 404,
  });
  check(request("POST", path, { name: "hold_nonsense", body: { seats: ["NOWHERE-1-1"] }, token, expecting: [422] }), {
    "a seat that is not there is refused": (it) => it.status === 422,
  });
}

function holdBest(event, token, headers = {}) {
  const answer = request("POST", `/api/events/${event.id}/hold`, {
    name: "hold_best", body: { best_available: { quantity: 2 } }, token, headers, expecting: [201],
  });
  if (check(answer, { "the best seats are held": (it) => it.status === 201 })) count("holds");
  return answer;
}

function holdAndRelease(event, token) {
  const key = { "Idempotency-Key": `smoke-${unique()}` };
  const first = holdBest(event, token, key);
  if (first.status !== 201) return;
  const { hold_id: id, claims } = first.json();
  check(holdBest(event, token, key), { "the same key gives the same hold": (it) => it.json("hold_id") === id });
  const path = `/api/events/${event.id}/hold`;
  const taken = request("POST", path, {
    name: "hold_taken", body: { seats: [claims[0].unit] }, token, expecting: [409],
  });
  check(taken, { "a seat that is held is not held again": (it) => it.json("code") === "seats_unavailable" });
  check(request("GET", `${path}/${id}`, { name: "hold_shown", token }), {
    "a hold is shown": (it) => it.json("hold_id") === id,
  });
  check(request("PATCH", `${path}/${id}`, { name: "extend", token }), {
    "a hold is extended": (it) => it.status === 200,
  });
  check(request("DELETE", `${path}/${id}`, { name: "release", token, expecting: [204] }), {
    "a hold is released": (it) => it.status === 204,
  });
}

function buyAndCancel(event, token) {
  const booking = book(holdBest(event, token).json("hold_id"), token);
  if (!booking) return;
  check(endOf(booking), { "a booking is confirmed": (it) => it === "confirmed" });
  check(request("GET", `/api/booking/${booking.booking_id}`, { name: "booking", token }), {
    "a booking is shown": (it) => it.json("status") === "confirmed",
  });
  check(request("GET", `/api/users/${booking.user_id}/bookings?limit=5`, { name: "bookings", token }), {
    "bookings are listed": (it) => it.json("items").length > 0,
  });
  cancel(booking, token);
}

function payWithBadCard(event, token) {
  const held = holdBest(event, token).json("hold_id");
  const booking = book(held, token, "tok_chargeDeclined");
  if (!booking) return;
  check(endOf(booking), { "a declined card buys nothing": (it) => it === "failed" });
  check(request("DELETE", `/api/events/${event.id}/hold/${held}`, { name: "release", token, expecting: [204] }), {
    "its places are held on until released": (it) => it.status === 204,
  });
}
