"""Usher's API, as far as preparing a benchmark needs it."""

import base64
import hashlib
import hmac
import http.client
import json
import time
import uuid


class Refused(Exception):
    """An answer that is not the one that was wanted."""


def ask(port, method, path, body=None, token=None):
    """Sends one request and returns the answer's JSON; nil of an empty one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"} if body else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status >= 300:
        raise Refused(f"{method} {path} was answered with {answer.status}: {text}")
    return json.loads(text) if text.startswith("{") else None


class BoxOffice:
    """The organizer of the demo data, at a server."""

    def __init__(self, port):
        self.port = port
        login = {"email": "organizer@usher.example", "password": "demo-organizer"}
        self.token = ask(port, "POST", "/api/users/login", login)["token"]

    def create_seats(self, rows, seats_per_row, name="Benchmark"):
        return self.create(
            {"name": "STALLS", "kind": "seated", "rows": rows, "seats_per_row": seats_per_row, "price": 8500}, name)

    def create_places(self, capacity, name="Benchmark"):
        return self.create({"name": "FLOOR", "kind": "general", "capacity": capacity, "price": 8500}, name)

    def create(self, section, name):
        event = {
            "name": name, "venue": "Load test", "starts_at": "2030-01-01T20:00:00Z", "currency": "EUR",
            "hold_ttl_seconds": 600, "max_units_per_customer": 100, "sections": [section],
        }
        return ask(self.port, "POST", "/api/events", event, self.token)["id"]


def customer_tokens(count, secret):
    """Tokens of customers whom another service knows, signed with the server's secret as the README says."""
    kid = hashlib.sha256(f"usher:{secret}".encode()).hexdigest()[:16]
    now = int(time.time())
    head = encoded({"alg": "HS256", "typ": "JWT", "kid": kid})
    return [signed(head, claims(number, now), secret) for number in range(count)]


def claims(number, now):
    return {
        "sub": str(uuid.UUID(int=(0x0198_0000_0000_7000_8000 << 48) + number)), "role": "customer",
        "email": f"customer-{number}@usher.example", "iss": "usher", "aud": "usher", "iat": now, "exp": now + 86_400,
        "jti": str(uuid.uuid4()),
    }


def signed(head, claims, secret):
    text = f"{head}.{encoded(claims)}"
    signature = hmac.digest(secret.encode(), text.encode(), "sha256")
    return f"{text}.{base64url(signature)}"


def encoded(value):
    return base64url(json.dumps(value, separators=(",", ":")).encode())


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
