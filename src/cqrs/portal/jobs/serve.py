"""`cqrs serve`: the portal and its worker on this machine, until Ctrl-C stops both.

A parent without threads watches two children, the web server and the worker. A worker that dies
is started again; when the web server ends, everything ends. Children end by themselves when the
parent is gone, however it went: the pipe they were given closes.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from cqrs.portal.jobs.demo_progress import StoppedError

HOST = "127.0.0.1"
PATIENCE_SECONDS = 15
"""How long children may take to finish what they are doing."""
WAKE_SECONDS = 60
PAUSE_SECONDS = 0.3


def run(args: argparse.Namespace) -> int:
    """Serve what is loaded. 0 when stopped by the user, 1 when it can't start."""
    taken = port_in_use(args.port, "make serve")
    if taken:
        print(taken, file=sys.stderr)
        return 1
    os.environ.setdefault("CQRS_ADDRESS", f"http://{HOST}:{args.port}")
    try:
        set_up()
    except StoppedError as stopped:
        print(stopped, file=sys.stderr)
        return 1
    return serve(args.port)


def port_in_use(port: int, command: str) -> str:
    """What to do when somebody else listens on the port; empty when it is free."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            other = port + 1 if port < 65_535 else port - 1
            return (
                f"Port {port} on {HOST} can't be used: {error.strerror}. Stop what listens "
                f"there, or choose another port: {command} ARGS='--port {other}'"
            )
        except OverflowError:
            return f"There is no port {port}: choose one from 1024 to 65535."
    return ""


def set_up() -> str:
    """Start the database, set Django up, bring the tables up to date; answers what was done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
    import django
    from django.core.management import call_command
    from django.db import OperationalError, connection

    from cqrs.portal.config.embedded import DatabaseUnavailableError

    try:
        django.setup()
        from cqrs.portal.config import walls

        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        walls.build()
        connection.close()
    except DatabaseUnavailableError as error:
        raise StoppedError(str(error)) from error
    except OperationalError as error:
        where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "the embedded database"
        raise StoppedError(f"The database of {where} does not answer: {error}") from error
    return "PostgreSQL, tables up to date"


def serve(port: int) -> int:
    """Run both children until Ctrl-C, a TERM signal, or the end of the web server."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: stopping.append(received))
    web, worker = _child("serve_web", "cqrs_web", str(port)), _worker()
    told = False
    give_up = time.monotonic() + WAKE_SECONDS
    while not stopping and web.poll() is None:
        if worker.poll() is not None:
            print("The worker ended; starting it again.", file=sys.stderr)
            worker = _worker()
        if not told and (_answers(port) or time.monotonic() > give_up):
            print(f"Serving on http://{HOST}:{port}/  (Ctrl-C stops)", flush=True)
            told = True
        time.sleep(PAUSE_SECONDS)
    _stop(web, worker)
    if stopping:
        print("Stopped.")
        return 0
    print("The web server ended by itself; its last words stand above.", file=sys.stderr)
    return 1


def _worker() -> "subprocess.Popen[bytes]":
    return _child("serve_worker", "cqrs_worker")


def _child(module: str, role: str, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"cqrs.portal.jobs.{module}", *arguments]
    # Neither child works as the owner of the tables: the second wall would not hold for it.
    environment = {**os.environ, "CQRS_DATABASE_ROLE": role}
    # A session of its own, so that Ctrl-C reaches the parent only and children end in order.
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, env=environment)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5) as answer:
            return bool(answer.status)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _stop(*children: "subprocess.Popen[bytes]") -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
