"""Confirmed bookings from end to end, beside the transactions that a site on PostgreSQL alone runs for them."""

import pathlib
import re
import time

import api
import load
import processes
import servers
from table import Goal, Row, Sample, Side

SCRIPTS = pathlib.Path(__file__).parent.parent / "pgbench"
DATABASE = "seats_today"
CLIENTS = 64
# More than can be booked in a second.
PLACES_A_SECOND = 20_000
END_LIMIT = 60


def rows(stack, plan):
    check_durability(stack)
    today = create_database(stack)
    everywhere, mailed, everywhere_today, one, one_today = [], [], [], [], []
    for _ in range(plan.rounds):
        everywhere_today.append(pgbench(stack, today, "spread.sql", plan.seconds))
        everywhere.append(confirmed(stack, spread, plan.seconds))
        mailed.append(confirmed(stack, spread, plan.seconds, with_mails=True))
        one_today.append(pgbench(stack, today, "hot.sql", plan.seconds))
        one.append(confirmed(stack, hot, plan.seconds))
    bookings = Side("bookings", "/s", everywhere)
    return [
        Row("confirmed bookings, many events", bookings, Side("pgbench, spread seats", "/s", everywhere_today),
            Goal(True, 1, 2)),
        Row("the same, with the mails about them", Side("bookings", "/s", mailed), bookings, None),
        Row("confirmed bookings, one hot event", Side("bookings", "/s", one), Side("pgbench, hot row", "/s", one_today),
            Goal(True, 5, 10)),
    ]


# Usher


def spread(stack, server, seconds):
    """A hundred events, and seats enough in each."""
    rows = max(1, PLACES_A_SECOND * seconds // 100 // 100)
    office = api.BoxOffice(server.port)
    events = [office.create_seats(rows, 100) for _ in range(100)]
    return load.Sale(events, api.customer_tokens(rows, stack.secret), rows * 100, per_row=100, books=True)


def hot(stack, server, seconds):
    """One event with places that have no numbers, as the baseline's counter."""
    places = PLACES_A_SECOND * seconds
    event = api.BoxOffice(server.port).create_places(places)
    return load.Sale([event], api.customer_tokens(places // 100, stack.secret), places, per_row=0, books=True)


def confirmed(stack, prepare, seconds, with_mails=False):
    """Bookings confirmed in the ledger, by the time from when the first was made until the last was confirmed."""
    with stack.usher_server(notifications_enabled=str(with_mails).lower()) as server:
        load.closed(stack, server, prepare(stack, server, load.WARM_UP), load.WARM_UP)
        wait_until_ended(stack)
        sale = prepare(stack, server, seconds)
        since = float(stack.query("SELECT extract(epoch FROM clock_timestamp())"))
        with processes.Spending(stack.pids() | {"server": server.pid}) as spending:
            outcome = load.closed(stack, server, sale, seconds)
            wait_until_ended(stack)
        count, elapsed = stack.query(
            f"SELECT count(*), extract(epoch FROM max(updated_at) - min(created_at)) FROM bookings "
            f"WHERE status = 'confirmed' AND created_at >= to_timestamp({since})").split("|")
    stack.settle()
    if int(count) < outcome.count(202):
        raise servers.Failed(f"{outcome.count(202)} bookings were accepted, and {count} are confirmed")
    return Sample(int(count) / float(elapsed), int(count), spending.seconds)


def wait_until_ended(stack):
    deadline = time.monotonic() + END_LIMIT
    while stack.query("SELECT count(*) FROM bookings WHERE status = 'queued'") != "0":
        if time.monotonic() > deadline:
            raise servers.Failed(f"bookings have not ended {END_LIMIT} seconds after the load")
        time.sleep(0.1)


# PostgreSQL alone


def check_durability(stack):
    for setting in ("fsync", "synchronous_commit"):
        if stack.query(f"SHOW {setting}") != "on":
            raise servers.Failed(f"PostgreSQL runs without {setting}: a booking would not be durable")


def create_database(stack):
    stack.query(f"DROP DATABASE IF EXISTS {DATABASE}")
    stack.query(f"CREATE DATABASE {DATABASE}")
    database = servers.database_url(stack.database, DATABASE)
    stack.execute_file(SCRIPTS / "schema.sql", database)
    return database


def pgbench(stack, database, script, seconds):
    """Counts bookings, not transactions: one that finds its seat sold makes none."""
    run_pgbench(stack, database, script, load.WARM_UP)
    stack.execute_file(SCRIPTS / "reset.sql", database)
    with processes.Spending(stack.pids()) as spending:
        report = run_pgbench(stack, database, script, seconds)
    bookings = int(stack.query("SELECT count(*) FROM bookings", database))
    transactions = re.search(r"actually processed: ([1-9]\d*)", report)
    # The time for connecting left out.
    rate = re.search(r"^tps = ([\d.]+)", report, re.MULTILINE)
    if not transactions or not rate or re.search(r"failed transactions: [1-9]", report):
        raise servers.Failed(f"pgbench did not get to work, or failed:\n{report}")
    return Sample(float(rate[1]) * bookings / int(transactions[1]), bookings, spending.seconds)


def run_pgbench(stack, database, script, seconds):
    command = [stack.postgres_programs / "pgbench", "--no-vacuum", "--protocol", "prepared", "--client", CLIENTS,
               "--time", seconds, "--file", SCRIPTS / script, database]
    return servers.output(list(map(str, command)))
