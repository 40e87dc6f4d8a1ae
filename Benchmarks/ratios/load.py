"""The load on a server, by `usher-load`, and what came back."""

import dataclasses
import json

import processes
import servers
import table

CONNECTIONS = 64
# Customers at a time when they come by the clock: far more than the server lets work at once while it has too much to do.
MOST_CONNECTIONS = 4_000
# Seconds of the same load that are not measured, so that connections, caches and tokens are as in a long run. By the clock
# they begin the load that is measured: connections that have just been opened cost the first requests ten times as much.
WARM_UP = 1


@dataclasses.dataclass
class Sale:
    """What the customers of a load want: each seat of these events once, in turn through the events."""

    events: list
    tokens: list
    seats: int
    # 0 for places without numbers.
    per_row: int = 1_000
    books: bool = False


@dataclasses.dataclass
class Outcome:
    """What a load met."""

    seconds: float
    p99_ms: float
    total: int
    # Requests that got no answer.
    errors: int
    # Customers who came when all connections were busy.
    dropped: int
    statuses: dict
    spent: dict

    def count(self, *statuses):
        return sum(self.statuses.get(status, 0) for status in statuses)

    def sample(self, *statuses):
        """The rate of the answers with these statuses, and what each cost."""
        return table.Sample(self.count(*statuses) / self.seconds, self.count(*statuses), self.spent)


def closed(stack, server, sale, seconds):
    """As many customers as connections, each of whom waits for an answer before she asks again."""
    return run(stack, server, sale, {"executor": "constant-vus", "vus": CONNECTIONS, "duration": f"{seconds}s"})


def by_the_clock(stack, server, sale, rate, seconds, connected):
    """Customers who come at a rate, whether or not those before them have been answered.

    So many are connected before the first comes. To open a connection costs as much as a few requests.
    """
    return run(stack, server, sale, {
        "executor": "constant-arrival-rate", "rate": int(rate), "duration": f"{WARM_UP + seconds}s",
        "preAllocatedVUs": connected, "maxVUs": MOST_CONNECTIONS,
    }, warm_up=WARM_UP * int(rate))


def run(stack, server, sale, executor, warm_up=0):
    scenario, tokens, summary = (stack.state / name for name in ("sale.yaml", "tokens", "summary.json"))
    tokens.write_text("\n".join(sale.tokens) + "\n")
    env = {"EVENTS": ",".join(sale.events), "TOKENS": str(tokens), "SEATS": str(sale.seats),
           "PER_ROW": str(sale.per_row), "BOOK": str(int(sale.books)), "WARM_UP": str(warm_up)}
    # JSON is YAML.
    scenario.write_text(json.dumps({
        "setup": {"events": 0, "customers": 0}, "scenarios": {"sale": executor | {"exec": "sale", "env": env}},
        # What thresholds are about stands in the summary by itself.
        "thresholds": {"http_req_duration{name:hold}": ["max>=0"], "http_reqs{name:warm-up}": ["count>=0"]},
    }))
    command = [stack.load_tool, "run", scenario, "--url", server.url, "--summary-export", summary, "--quiet"]
    with processes.Spending(stack.pids() | {"server": server.pid}) as spending:
        report = servers.output(list(map(str, command)))
    for line in report.splitlines():
        if line.startswith("WARN"):
            stack.note(f"{executor['executor']} at {server.name}", line.removeprefix("WARN").strip())
    return outcome(json.loads(summary.read_text())["metrics"], spending.seconds)


def outcome(metrics, spent):
    def count(name):
        return int(metrics.get(name, {}).get("count", 0))

    statuses = {int(name.removeprefix("status_")): count(name)
                for name in metrics if name.startswith("status_") and name != "status_other"}
    requests = metrics["http_reqs"]
    total = int(requests["count"]) - count("http_reqs{name:warm-up}")
    measured = total / requests["count"]
    seconds = requests["count"] / requests["rate"] - (WARM_UP if measured < 1 else 0)
    answered = sum(statuses.values()) + count("status_other")
    return Outcome(
        seconds, metrics["http_req_duration{name:hold}"]["p(99)"], total, total - answered, count("dropped_iterations"),
        statuses, {process: measured * time for process, time in spent.items()})
