"""The table of ratios, as it is printed and as it is written down."""

import dataclasses
import statistics

PROCESSES = ["server", "PostgreSQL", "Redis", "broker", "load tool"]


@dataclasses.dataclass
class Sample:
    """One side of one round: a figure, and what it cost if operations were counted."""

    figure: float
    operations: int = 0
    seconds: dict = dataclasses.field(default_factory=dict)

    def microseconds(self, process):
        """Processor time of an operation."""
        return self.seconds.get(process, 0) / self.operations * 1e6 if self.operations else 0


@dataclasses.dataclass
class Side:
    """What was measured in all rounds of one side of a row."""

    name: str
    unit: str
    samples: list

    @property
    def median(self):
        return statistics.median(sample.figure for sample in self.samples)

    @property
    def text(self):
        return f"{readable(self.median)} {self.unit}"

    def costs(self):
        return [statistics.median(sample.microseconds(process) for sample in self.samples) for process in PROCESSES]


@dataclasses.dataclass
class Goal:
    """What a row should reach: at least a figure, or at most."""

    is_floor: bool
    first: float
    final: float | None = None

    def text(self, figure):
        return "" if figure is None else f"{'≥' if self.is_floor else '≤'} {readable(figure)}"

    def verdict(self, figure):
        reached = [goal for goal in (self.first, self.final) if goal is not None and self.is_reached(goal, figure)]
        return "no" if not reached else "yes" if self.final is None or len(reached) == 2 else "the first"

    def is_reached(self, goal, figure):
        return figure >= goal if self.is_floor else figure <= goal


@dataclasses.dataclass
class Row:
    """A piece of work beside what it is compared with; without a baseline its own figure is what counts."""

    work: str
    measured: Side
    baseline: Side | None
    goal: Goal | None

    @property
    def ratios(self):
        """One of each round, since both sides of a round met the same machine."""
        if self.baseline is None:
            return [sample.figure for sample in self.measured.samples]
        return [a.figure / b.figure for a, b in zip(self.measured.samples, self.baseline.samples) if b.figure]

    def cells(self):
        ratios = self.ratios
        middle = statistics.median(ratios) if ratios else float("nan")
        spread = f"{readable(min(ratios))} to {readable(max(ratios))}" if len(ratios) > 1 else ""
        ratio = readable(middle) if self.baseline else ""
        goals = [self.goal.text(self.goal.first), self.goal.text(self.goal.final)] if self.goal else ["", ""]
        verdict = self.goal.verdict(middle) if self.goal else ""
        baseline = f"{self.baseline.name}: {self.baseline.text}" if self.baseline else ""
        return [self.work, self.measured.text, baseline, ratio, spread, *goals, verdict]


RATIO_HEADS = ["work", "measured", "beside", "ratio", "rounds", "first goal", "goal", "reached"]
COST_HEADS = ["processor time of an operation, µs", *PROCESSES]


def ratio_table(rows):
    return [RATIO_HEADS, *(row.cells() for row in rows)]


def cost_table(rows):
    """What each side costs in every process; sides that several rows share are shown once."""
    sides = {}
    for row in rows:
        for label, side in ((row.work, row.measured), (row.baseline.name if row.baseline else "", row.baseline)):
            if side and any(sample.operations for sample in side.samples):
                sides.setdefault(id(side), (label, side))
    return [COST_HEADS, *([label, *map(readable, side.costs())] for label, side in sides.values())]


def aligned(table):
    """Columns of equal width, for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table)


def markdown(table):
    heads, *lines = table
    return "\n".join("| " + " | ".join(line) + " |" for line in [heads, ["---"] * len(heads), *lines])


def readable(figure):
    """Three digits that count, or a whole number."""
    if abs(figure) >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    return f"{figure:.2f}" if abs(figure) < 10 else f"{figure:.1f}"
