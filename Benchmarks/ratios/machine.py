"""What the figures were measured on, and how fast its disk confirms a write."""

import datetime
import os
import platform
import re
import signal
import subprocess

import servers


def facts(stack):
    """Pairs of a name and a value, for the head of the report."""
    return [
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%d %B %Y, %H:%M UTC")),
        ("commit", commit()),
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("memory", f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB"),
        ("system", f"{system()}, Linux {platform.release()}"),
        ("Swift", first_line(["swift", "--version"], r"Swift version (\S+)")),
        ("PostgreSQL", f"{stack.query('SHOW server_version')}, fsync {stack.query('SHOW fsync')}, "
                       f"synchronous_commit {stack.query('SHOW synchronous_commit')}"),
        ("Redis", first_line(["redis-server", "--version"], r"v=(\S+)")),
        ("load before", "{:.2f} processes ran or waited, over a minute".format(os.getloadavg()[0])),
    ]


def disk(stack):
    """Writes of 8 kB that the disk confirms in a second: the first table of `pg_test_fsync`, as a commit makes them."""
    command = [str(stack.postgres_programs / "pg_test_fsync"), "--secs-per-test", "1", "--filename",
               str(stack.state / "fsync.test")]
    rates = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        for line in program.stdout:
            if "using two" in line:
                break
            rates += re.findall(r"^\s+(\w+)\s+([\d.]+ ops/sec)", line)
        program.send_signal(signal.SIGINT)
    return rates


def commit():
    return servers.output(["git", "-C", os.path.dirname(__file__), "describe", "--always", "--dirty"]).strip()


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(": ")[1].strip() for line in file if line.startswith("model name")), "unknown")


def system():
    with open("/etc/os-release") as file:
        return next(line.split("=")[1].strip().strip('"') for line in file if line.startswith("PRETTY_NAME"))


def first_line(command, pattern):
    found = re.search(pattern, servers.output(command))
    return found[1] if found else "unknown"
