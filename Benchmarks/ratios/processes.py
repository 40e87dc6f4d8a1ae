"""What a process uses: processor time and memory, read from /proc (proc(5))."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """Time of a process and of all that it started, those that have ended too."""
    children = {}
    times = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(name))
        own, ended = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        times[int(name)] = own + ended
    total, family = 0, [pid]
    while family:
        member = family.pop()
        total += times.get(member, 0)
        family += children.get(member, [])
    return total / TICKS


def resident_bytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


class Spending:
    """The processor time that processes use while a `with` block runs.

    `pids` names them. What the block starts and waits for itself counts as the load tool's.
    """

    def __init__(self, pids):
        self.pids = pids
        self.seconds = {}

    def __enter__(self):
        self.before = self.read()
        return self

    def __exit__(self, *_):
        after = self.read()
        self.seconds = {name: after[name] - self.before[name] for name in after}

    def read(self):
        times = {name: processor_seconds(pid) for name, pid in self.pids.items()}
        ended = os.times()
        return times | {"load tool": ended.children_user + ended.children_system}
