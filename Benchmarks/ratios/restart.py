"""The first hold after a restart, beside PostgreSQL's own reading of the rows that it needs."""

import pathlib
import subprocess
import time

import api
import servers
from table import Goal, Row, Sample, Side

SOLD_SEATS = pathlib.Path(__file__).parent.parent.parent / "scripts" / "sold-seats.sql"
HALL_ROWS = 1_000
LIMIT = 120


def rows(stack, plan):
    event = sell(stack)
    restarts, copies = [], []
    for number in range(plan.rounds):
        copies.append(Sample(copy_seconds(stack, event)))
        restarts.append(Sample(restart_seconds(stack, event, number)))
    stack.settle()
    return [Row("restart to first hold, a million booked seats", Side("first hold", "s", restarts),
                Side("COPY of their claims", "s", copies), Goal(False, 2))]


def sell(stack):
    """A hall of a thousand rows, of which all but the last are sold."""
    with stack.usher_server() as server:
        event = api.BoxOffice(server.port).create_seats(HALL_ROWS, 1_000, name=f"Hall of {HALL_ROWS} rows")
    stack.execute_file(SOLD_SEATS)
    # The bookings that the sale has left in payment end here, and not in what is measured.
    with stack.usher_server():
        deadline = time.monotonic() + LIMIT
        while stack.query("SELECT count(*) FROM bookings WHERE status = 'queued'") != "0":
            if time.monotonic() > deadline:
                raise servers.Failed("the bookings of the sold hall do not end")
            time.sleep(0.2)
    return event


def copy_seconds(stack, event):
    started = time.monotonic()
    subprocess.run(
        ["psql", stack.database, "--no-psqlrc", "--quiet", "--command",
         f"COPY (SELECT * FROM claims WHERE offering = '{event}') TO STDOUT"],
        check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def restart_seconds(stack, event, number):
    """From the process's start to an answer, after a crash."""
    with stack.usher_server() as server:
        server.kill()
    token = api.customer_tokens(1, stack.secret)[0]
    server = servers.Server([stack.usher, "serve", "--demo-data"], stack.state / "log" / "usher.log", {})
    try:
        return first_hold(server, event, {"seats": [f"STALLS-{HALL_ROWS}-{number + 1}"]}, token)
    finally:
        server.stop()


def first_hold(server, event, body, token):
    while time.monotonic() < server.started + LIMIT:
        try:
            api.ask(server.port, "POST", f"/api/events/{event}/hold", body, token)
            return time.monotonic() - server.started
        except (OSError, api.Refused):
            time.sleep(0.01)
    raise servers.Failed(f"the event sells nothing {LIMIT} seconds after a restart")
