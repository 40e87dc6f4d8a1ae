"""Holds that are asked for by the clock, whether or not the server keeps up: below its maximum, and far beyond."""

import holds
import load
from table import Goal, Row, Sample, Side

COMFORT = 0.7
CONNECTED = 1_000
OVERLOAD = 3


def rows(stack, plan):
    """Each round finds its own maximum, since what the machine can do changes."""
    maxima, hold_latencies, bare_latencies, granted, strange = [], [], [], [], []
    for _ in range(plan.rounds):
        maximum = holds.holds(stack, plan.seconds, "redis")
        maxima.append(maximum)
        rate = COMFORT * maximum_by_the_clock(stack, plan.seconds, maximum.figure)
        hold_latencies.append(hold_latency(stack, plan.seconds, rate))
        bare_latencies.append(bare_latency(stack, plan.seconds, rate))
        outcome = overload(stack, plan.seconds, OVERLOAD * maximum.figure)
        granted.append(outcome.sample(201))
        strange.append(Sample(outcome.errors + outcome.total - outcome.count(201, 429, 503)))
    return [
        Row(f"hold p99 at {COMFORT:.0%} of the maximum by the clock", Side("holds", "ms", hold_latencies),
            Side("bare JSON POST at that rate", "ms", bare_latencies), Goal(False, 5, 3)),
        Row(f"holds granted, {OVERLOAD} times the maximum asked for", Side("holds", "/s", granted),
            Side("maximum", "/s", maxima), Goal(True, 0.8, 0.9)),
        Row("answers meanwhile that are neither a hold nor 429 or 503", Side("", "", strange), None, Goal(False, 0)),
    ]


def maximum_by_the_clock(stack, seconds, most):
    """Holds granted a second when as many are asked for as customers get who wait for their answers."""
    outcome = run_by_the_clock(stack, seconds, most, CONNECTED)
    return outcome.count(201) / outcome.seconds


def hold_latency(stack, seconds, rate):
    return latency(stack, run_by_the_clock(stack, seconds, rate, CONNECTED))


def bare_latency(stack, seconds, rate):
    with stack.bare_server() as server:
        load.closed(stack, server, holds.bare_sale(stack), load.WARM_UP)
        return latency(stack, load.by_the_clock(stack, server, holds.bare_sale(stack), rate, seconds, CONNECTED))


def latency(stack, outcome):
    """At a rate that a server can bear everything is answered; else its latency is that of its refusals too."""
    refused = 1 - outcome.count(201) / outcome.total
    if refused > 0.01:
        stack.note("below the maximum", f"{refused:.0%} of the holds were refused")
    return Sample(outcome.p99_ms, outcome.count(201), outcome.spent)


def overload(stack, seconds, rate):
    outcome = run_by_the_clock(stack, seconds, rate, load.MOST_CONNECTIONS)
    print(f"usher: of {rate:,.0f} holds a second that were asked for, {outcome.statuses} were answered, {outcome.errors} "
          f"were not, and {outcome.dropped} found no connection", flush=True)
    return outcome


def run_by_the_clock(stack, seconds, rate, connected):
    with stack.usher_server() as server:
        holds.warm_up(stack, server)
        event = holds.one_event(stack, server, load.WARM_UP + seconds)
        outcome = load.by_the_clock(stack, server, event, rate, seconds, connected)
    stack.settle()
    return outcome
