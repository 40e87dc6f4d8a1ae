"""Measures Usher beside its baselines and writes the table of ratios. `scripts/bench` starts it."""

import argparse
import dataclasses
import pathlib
import sys
import time

import arrivals
import bookings
import engine
import holds
import machine
import restart
import servers
import streams
import table

RESULTS = pathlib.Path(__file__).parent.parent / "RESULTS.md"
GROUPS = {module.__name__: module.rows for module in (holds, bookings, arrivals, streams, engine, restart)}
QUICK_GROUPS = ["holds", "bookings"]


@dataclasses.dataclass
class Plan:
    """What is measured, and for how long."""

    groups: list
    rounds: int
    seconds: int
    streams: int


def main():
    options = chosen_options()
    plan = chosen_plan(options)
    stack = servers.Stack()
    facts = machine.facts(stack) + [("rounds", f"{plan.rounds} of {plan.seconds} s a side")]
    disk = [("one write of 8 kB, confirmed by", "rate"), *machine.disk(stack)]
    rows = []
    for name in plan.groups:
        started = time.monotonic()
        print(f"usher: measuring {name}", flush=True)
        rows += GROUPS[name](stack, plan)
        print(f"usher: {name} took {time.monotonic() - started:.0f} s", flush=True)
    tables = [table.ratio_table(rows), table.cost_table(rows), disk]
    print("\n" + "\n\n".join(map(table.aligned, [facts, *tables])))
    if not (options.quick or options.only):
        RESULTS.write_text(report(facts, tables, stack.notes.values()))
        print(f"\nusher: written to Benchmarks/{RESULTS.name}")


def chosen_options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the main rows, in less than three minutes")
    parser.add_argument("--only", action="append", choices=GROUPS, help="some of the rows; nothing is written down")
    parser.add_argument("--rounds", type=int, help="how often each side of a row is measured")
    parser.add_argument("--seconds", type=int, help="how long each time")
    return parser.parse_args()


def chosen_plan(options):
    groups = options.only or (QUICK_GROUPS if options.quick else list(GROUPS))
    return Plan(groups, options.rounds or 3, options.seconds or (2 if options.quick else 10),
                2_000 if options.quick else 10_000)


def report(facts, tables, notes):
    """What `Benchmarks/RESULTS.md` says."""
    head = ("# Results\n\nWritten by `make bench`; [README.md](README.md) tells how to read it.\n\n"
            + "\n".join(f"- {name}: {value}" for name, value in facts))
    foot = "\n".join(f"- {note}" for note in notes)
    return "\n\n".join(filter(None, [head, *map(table.markdown, tables), foot])) + "\n"


if __name__ == "__main__":
    try:
        main()
    except servers.Failed as failure:
        sys.exit(f"usher: {failure}")
