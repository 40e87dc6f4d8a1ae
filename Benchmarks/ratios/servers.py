"""The servers that are measured, one at a time, and the stack that they stand on."""

import contextlib
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

import api

START_LIMIT = 60
STOP_LIMIT = 30


class Failed(Exception):
    """Something broke; a slow figure is none."""


class Stack:
    """What `scripts/bench` has brought up, by its environment."""

    def __init__(self):
        self.state = pathlib.Path(os.environ["BENCH_STATE"])
        self.usher = os.environ["BENCH_USHER"]
        self.bare = os.environ["BENCH_BARE_POST"]
        self.load_tool = os.environ["BENCH_LOAD_TOOL"]
        self.database = os.environ["USHER_DATABASE_URL"]
        self.postgres_programs = pathlib.Path(os.environ["BENCH_POSTGRES_PROGRAMS"])
        self.secret = os.environ["USHER_JWT_SECRET"]
        # What a reader of the figures should know, once for each kind.
        self.notes = {}

    def note(self, kind, text):
        print(f"usher: {kind}: {text}", flush=True)
        self.notes.setdefault(kind, f"{kind}: {text}")

    def pids(self):
        """The stores' processes."""
        return {name: int((self.state / "run" / f"{file}.pid").read_text().split()[0])
                for name, file in [("PostgreSQL", "postgres"), ("Redis", "redis"), ("broker", "kafka")]}

    @contextlib.contextmanager
    def usher_server(self, **settings):
        """Runs Usher while the block does."""
        environment = {f"USHER_{name.upper()}": str(value) for name, value in settings.items()}
        with self.running([self.usher, "serve", "--demo-data"], "usher", environment) as server:
            yield server

    @contextlib.contextmanager
    def bare_server(self):
        """Runs the baseline while the block does."""
        with self.running([self.bare], "bare-post", {}) as server:
            yield server

    @contextlib.contextmanager
    def running(self, command, name, environment):
        server = Server(command, self.state / "log" / f"{name}.log", environment)
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()

    def query(self, statement, database=None):
        """The lines that a statement answers with."""
        return self.psql(["--command", statement], database)

    def execute_file(self, file, database=None):
        self.psql(["--file", file], database)

    def psql(self, arguments, database):
        command = ["psql", database or self.database, "--no-psqlrc", "--quiet", "--no-align", "--tuples-only"]
        return output([*command, "--set", "ON_ERROR_STOP=1", *map(str, arguments)]).strip()

    def settle(self):
        """Proves that every promise was kept, and empties the stores, so that the next server finds them as this one did.

        It matters with this broker most: every few seconds it writes all that it has, so each event that it keeps makes
        the next one dearer.
        """
        self.verify()
        maintenance = database_url(self.database, "postgres")
        self.query("DROP DATABASE usher", maintenance)
        self.query("CREATE DATABASE usher", maintenance)
        output(["redis-cli", "-u", os.environ["USHER_REDIS_URL"], "FLUSHALL"])
        broker = next(self.state.parent.glob("venv/lib/python3*/site-packages/noida_db/noida-db"))
        output([str(broker), "reset", "kafka", "--yes", "--data-dir", str(self.state / "kafka")])

    def verify(self):
        """Fails the whole run when a promise was broken: then its figures are worth nothing."""
        proof = subprocess.run(
            [self.usher, "verify", "--settled", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if proof.returncode:
            raise Failed(f"usher verify does not find every promise kept:\n{proof.stdout}")


def database_url(url, name):
    """The URL of another database of the same server."""
    return re.sub(r"/[^/]*$", f"/{name}", url)


class Server:
    """A server on a port of its own."""

    def __init__(self, command, log, environment):
        self.name = log.stem
        self.port = free_port()
        self.log = log
        ports = {"USHER_HTTP_PORT": str(self.port), "BARE_POST_PORT": str(self.port)}
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                command, env=os.environ | ports | environment, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
        self.started = time.monotonic()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def wait_until_ready(self):
        deadline = time.monotonic() + START_LIMIT
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{self.process.args[0]} does not serve; the end of {self.log}:\n{self.end_of_log()}")
            time.sleep(0.05)

    def answers(self):
        try:
            api.ask(self.port, "GET", "/health/ready")
        except api.Refused as refusal:
            # The baseline has no such page.
            return " 404" in str(refusal)
        except OSError:
            return False
        return True

    def end_of_log(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()


def free_port():
    """A port below the kernel's range for outgoing connections, which could take one while its server is down."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


def output(command, **options):
    """What a command prints, which must succeed."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if result.returncode:
        report = "\n".join((result.stdout + result.stderr).splitlines()[-15:])
        raise Failed(f"{command[0]} failed with {result.returncode}; the end of what it said:\n{report}")
    return result.stdout
