// What the scenarios have in common: the world that they make, the steps of a sale, the crowds and the thresholds.
import http from "k6/http";
import { check } from "k6";
import { Counter, Trend } from "k6/metrics";

export const url = __ENV.USHER_URL || "http://127.0.0.1:8080";

const counters = {};
for (const name of [
  "holds", "hold_conflicts", "hold_refusals", "rate_limited", "overloaded", "releases", "bookings",
  "bookings_confirmed", "bookings_failed", "bookings_cancelled", "not_modified", "snapshots", "deliveries",
]) {
  counters[name] = new Counter(name);
}
const bookingToConfirmed = new Trend("booking_to_confirmed", true);

/** A crowd that comes at a rate a second, whatever the server does, with the users that wait for it and the most. */
export const crowd = (rate, duration, [preAllocatedVUs, maxVUs], exec = "default") => ({
  executor: "constant-arrival-rate", exec, rate, timeUnit: "1s", duration, preAllocatedVUs, maxVUs,
});

/** The thresholds that all but the walk and the long run have, with a scenario's own. */
export const thresholds = (own) => ({ checks: ["rate>0.999"], http_req_failed: ["rate<0.001"], ...own });

export function count(name, amount = 1) {
  counters[name].add(amount);
}

// MARK: - Requests

/** Asks, and files the answer under its name; `expecting` are the statuses that are no failure. */
export function request(method, path, { name, body = null, token = null, expecting = [200], headers = {} }) {
  const fields = { ...headers };
  if (body !== null) fields["Content-Type"] = "application/json";
  if (token) fields.Authorization = `Bearer ${token}`;
  return http.request(method, url + path, body === null ? null : JSON.stringify(body), {
    headers: fields, tags: { name }, responseCallback: http.expectedStatuses(...expecting),
  });
}

const etags = {};

/** Asks whether something has changed since this user saw it last. */
export function getIfChanged(path, name) {
  const headers = etags[path] ? { "If-None-Match": etags[path] } : {};
  const answer = request("GET", path, { name, headers, expecting: [200, 304] });
  if (answer.headers.Etag) etags[path] = answer.headers.Etag;
  if (answer.status === 304) count("not_modified");
  return answer;
}

// MARK: - The world

/** Makes events and customers, as `setup` of usher-load's scenario files does. */
export function makeWorld({ events = 1, seats = 10000, seatsPerRow = 100, customers = 64, holdSeconds = 600 }) {
  const label = Date.now().toString(36);
  const organizer = logIn("organizer@usher.example", "demo-organizer");
  const world = { events: [], customers: [] };
  const perRow = Math.min(seats, seatsPerRow);
  for (let number = 1; number <= events; number++) {
    const rows = Math.ceil(seats / perRow);
    const event = must(201, request("POST", "/api/events", {
      name: "setup", token: organizer, expecting: [201],
      body: {
        name: `Load ${label}-${number}`, venue: "Load test", starts_at: "2030-01-01T20:00:00Z", currency: "EUR",
        hold_ttl_seconds: holdSeconds, max_units_per_customer: 100,
        sections: [{ name: "STALLS", kind: "seated", rows, seats_per_row: perRow, price: 4500 }],
      },
    }));
    world.events.push({ id: event.id, seats: rows * perRow, perRow });
  }
  for (let number = 1; number <= customers; number++) {
    const customer = must(201, request("POST", "/api/users/register", {
      name: "setup", expecting: [201],
      body: { email: `load-${label}-${number}@usher.example`, password: `load-test-${label}`, name: "Load test" },
    }));
    world.customers.push(customer.token);
  }
  return world;
}

function logIn(email, password) {
  return must(200, request("POST", "/api/users/login", { name: "setup", body: { email, password } })).token;
}

function must(status, answer) {
  if (answer.status !== status) throw new Error(`setup was answered with ${answer.status}: ${answer.body}`);
  return answer.json();
}

export function customerOf(world) {
  return world.customers[(__VU - 1) % world.customers.length];
}

export function anyEvent(world) {
  return world.events[Math.floor(Math.random() * world.events.length)];
}

/** The ids of some seats in a row, among the first `most` of the event. */
export function anySeats(event, each = 1, most = event.seats) {
  const first = Math.floor(Math.random() * (most - each + 1));
  const seats = [];
  for (let seat = first; seat < first + each; seat++) {
    seats.push(`STALLS-${Math.floor(seat / event.perRow) + 1}-${(seat % event.perRow) + 1}`);
  }
  return seats;
}

// MARK: - The steps of a sale

export function hold(event, seats, token, expecting = [201, 409]) {
  const answer = request("POST", `/api/events/${event.id}/hold`, { name: "hold", body: { seats }, token, expecting });
  check(answer, { "held or refused": (it) => expecting.includes(it.status) });
  if (answer.status === 201) count("holds");
  if (answer.status === 409) {
    count(answer.body.includes('"seats_unavailable"') ? "hold_conflicts" : "hold_refusals");
  }
  if (answer.status === 429) count("rate_limited");
  if (answer.status === 503) count("overloaded");
  return answer.status === 201 ? answer.json().hold_id : null;
}

let heldBefore = null;

/** Gives back what this user held before. */
export function releaseBefore(event, held, token, expecting = [204]) {
  if (held === null) return;
  const path = heldBefore;
  heldBefore = `/api/events/${event.id}/hold/${held}`;
  if (path === null) return;
  const answer = request("DELETE", path, { name: "release", token, expecting });
  if (answer.status === 204) count("releases");
}

export function book(held, token, card = "tok_visa") {
  const start = Date.now();
  const answer = request("POST", "/api/booking", {
    name: "book", token, expecting: [202], body: { hold_id: held, payment: { token: card } },
  });
  if (!check(answer, { booked: (it) => it.status === 202 })) return null;
  count("bookings");
  return { ...answer.json(), start };
}

/** Reads a booking's stream to its end. k6 gives the answer as a whole, so the time is that of the stream's end. */
export function endOf(booking) {
  const answer = request("GET", booking.links.stream, { name: "booking_stream" });
  const end = ["confirmed", "failed"].find((status) => (answer.body || "").includes(`"status":"${status}"`)) || null;
  if (end === "confirmed") {
    count("bookings_confirmed");
    bookingToConfirmed.add(Date.now() - booking.start);
  }
  if (end === "failed") count("bookings_failed");
  return end;
}

export function cancel(booking, token) {
  const answer = request("DELETE", `/api/booking/${booking.booking_id}`, { name: "cancel", token });
  if (check(answer, { cancelled: (it) => it.json("status") === "cancelled" })) count("bookings_cancelled");
}

// MARK: - Whole journeys that several scenarios have

export function browse(world) {
  lookAround(anyEvent(world));
}

/** Looks at the list of events, at one of them and at its seats. */
export function lookAround(event) {
  const list = getIfChanged("/api/events?limit=20", "events");
  check(list, { "events are listed": (it) => it.status === 304 || it.json("items") !== undefined });
  const details = getIfChanged(`/api/events/${event.id}`, "event");
  check(details, { "the event is shown": (it) => it.status === 304 || it.json("capacity") > 0 });
  const seats = getIfChanged(`/api/events/${event.id}/seats`, "seats");
  check(seats, { "its seats are shown": (it) => it.status === 304 || it.body.includes('"STALLS-1-1"') });
}

export function holdAndRelease(world) {
  const [event, token] = [anyEvent(world), customerOf(world)];
  releaseBefore(event, hold(event, anySeats(event), token), token);
}

export function checkout(world, { cancels = false, card = "tok_visa" } = {}) {
  const [event, token] = [anyEvent(world), customerOf(world)];
  const held = hold(event, anySeats(event, 2), token);
  const booking = held && book(held, token, card);
  if (!booking) return;
  const end = endOf(booking);
  check(end, { confirmed: (it) => it === "confirmed" });
  if (cancels && end === "confirmed") cancel(booking, token);
}
