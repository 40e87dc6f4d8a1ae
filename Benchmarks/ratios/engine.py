"""The engine in process, by the benchmarks of this package."""

import json
import os
import pathlib
import re

import servers
from table import Goal, Row, Sample, Side

PACKAGE = pathlib.Path(__file__).parent.parent
EMPTY = "Empty actor call"
THROUGH_ACTOR = "Hold one seat through an actor"
BATCH = f"{THROUGH_ACTOR}, a thousand in each call"
ONE, CROWD = f"{THROUGH_ACTOR}, one caller", f"{THROUGH_ACTOR}, 1,000 callers"
SMALL, LARGE = "Hold one seat, 10k seats", "Hold one seat, 1M seats"
FREE, SOLD = "Memory of 1M seats, all free", "Memory of 1M seats, all sold, four a customer"
# The operations in one of the library's samples.
KILO, MEGA = 1_000, 1_000_000


def rows(stack, plan):
    runs = [times([EMPTY, THROUGH_ACTOR, BATCH, ONE, CROWD, SMALL, LARGE]) for _ in range(plan.rounds)]

    def rate(name, operations):
        return Side(name, "M/s", [Sample(operations / run[name]) for run in runs])

    def cost(name):
        return Side(name, "ns", [Sample(run[name]) for run in runs])

    sold = memory(SOLD)
    return [
        Row("holds in process, a core", rate(THROUGH_ACTOR, KILO), rate(EMPTY, KILO), Goal(True, 0.4)),
        Row("holds in process in batches, a core", rate(BATCH, KILO), None, Goal(True, 1)),
        Row("1,000 callers on one inventory", rate(CROWD, MEGA), rate(ONE, MEGA), Goal(True, 0.7)),
        Row("cost of a hold, 1M seats", cost(LARGE), cost(SMALL), Goal(False, 1.5, 1.2)),
        Row("memory of a sold seat", Side("", "bytes", [Sample(sold)]), None, Goal(False, 32)),
    ]


def times(names):
    """The median time of each benchmark's sample, in microseconds."""
    elements = json.loads(run(names, "jmh"))
    found = {}
    for element in elements:
        name = element["benchmark"].split(".", 3)[-1].replace("_", " ")
        found[name] = element["secondaryMetrics"]["Time (wall clock)"]["scorePercentiles"]["50.0"]
    return {name: found[name] for name in names}


def memory(name):
    return next(entry["value"] for entry in json.loads(run([name], "jsonSmallerIsBetter")) if name in entry["name"])


def run(names, form):
    """The library's report, as JSON; what is built before it says other things."""
    command = ["swift", "package", "--package-path", str(PACKAGE), "benchmark", "--target", "EngineBenchmarks",
               "--no-progress", "--quiet"]
    for name in names:
        command += ["--filter", f"^{name}$"]
    report = servers.output([*command, "--format", form, "--path", "stdout"], env=os.environ)
    return re.search(r"^\[\s*{.*]", report, re.MULTILINE | re.DOTALL)[0]
