"""Streams of an event's seats: the memory of each, and how many frames a core delivers."""

import os
import pathlib
import re

import servers
from table import Goal, Row, Sample, Side

SCRIPT = pathlib.Path(__file__).parent.parent.parent / "loadtest" / "streams"


def rows(stack, plan):
    with stack.usher_server(streams_per_address=20_000) as server:
        environment = os.environ | {"USHER_URL": server.url, "SERVER_PID": str(server.pid)}
        report = servers.output([str(SCRIPT), str(plan.streams), str(plan.seconds)], env=environment)
    stack.settle()
    kilobytes = float(re.search(r"([\d.]+) KB a stream", report)[1])
    deliveries = float(re.search(r"(\d+) deliveries a core and second", report)[1])
    return [
        Row(f"memory of an idle stream, {plan.streams:,} of them", Side("", "KB", [Sample(kilobytes)]), None,
            Goal(False, 24, 16)),
        Row("frames delivered to streams", Side("", "/s and core", [Sample(deliveries)]), None,
            Goal(True, 25_000, 100_000)),
    ]
