"""Holds over HTTP, beside a server that does nothing but read and write JSON."""

import api
import load
from table import Goal, Row, Side

SEATS_PER_ROW = 1_000
# More than a server grants in a second, so that nobody meets a seat that is gone.
SEATS_A_SECOND = 60_000


def rows(stack, plan):
    """Both backings meet the same baseline in each round."""
    bare, memory, redis = [], [], []
    for _ in range(plan.rounds):
        bare.append(bare_posts(stack, plan.seconds))
        memory.append(holds(stack, plan.seconds, "memory"))
        redis.append(holds(stack, plan.seconds, "redis"))
    baseline = Side("bare JSON POST", "/s", bare)
    return [
        Row("hold over HTTP, memory only", Side("holds", "/s", memory), baseline, Goal(True, 0.50, 0.60)),
        Row("hold over HTTP, Redis-backed", Side("holds", "/s", redis), baseline, Goal(True, 0.35, 0.45)),
    ]


def bare_posts(stack, seconds):
    with stack.bare_server() as server:
        load.closed(stack, server, bare_sale(stack), load.WARM_UP)
        return load.closed(stack, server, bare_sale(stack), seconds).sample(201)


def bare_sale(stack):
    """The same requests, at a server that has no events."""
    return load.Sale(["bare"], api.customer_tokens(100, stack.secret), seats=SEATS_PER_ROW)


def holds(stack, seconds, backing):
    with stack.usher_server(holds_backing=backing) as server:
        warm_up(stack, server)
        outcome = load.closed(stack, server, one_event(stack, server, seconds), seconds)
    stack.settle()
    return outcome.sample(201)


def warm_up(stack, server):
    load.closed(stack, server, one_event(stack, server, load.WARM_UP), load.WARM_UP)


def one_event(stack, server, seconds):
    """An event with a seat for every hold of so many seconds, and a hundred seats for each customer at most."""
    rows = SEATS_A_SECOND * seconds // SEATS_PER_ROW
    seats = rows * SEATS_PER_ROW
    event = api.BoxOffice(server.port).create_seats(rows, SEATS_PER_ROW)
    return load.Sale([event], api.customer_tokens(seats // 100, stack.secret), seats, SEATS_PER_ROW)
