"""Calls of the engines: the interpreter's lock, progress, Ctrl-C, time limits, threads, missing libraries."""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import trimodal
from trimodal import _trimodal

MANY = [(lat, lon) for lat in range(40, 56) for lon in range(0, 40, 2)]


def test_other_threads_run_meanwhile() -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.01):
            ticks += 1

    ticker = threading.Thread(target=tick)
    ticker.start()
    begun = time.monotonic()
    trimodal.table(MANY, MANY[:20], by="time")
    spent = time.monotonic() - begun
    done.set()
    ticker.join()
    # On shared cores half of what an idle machine does.
    assert ticks > spent / 0.01 / 4


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    trimodal.table(MANY, MANY, by="cost", progress=lambda *step: told.append(step))
    assert told and all(stage and 0 <= done for stage, done, _ in told)
    trimodal.route("Mombasa", "Kampala", progress=True)


def test_an_exception_of_the_callback_is_raised() -> None:
    def refuse(stage: str, done: int, total: int) -> None:
        raise RuntimeError(stage)

    with pytest.raises(RuntimeError):
        trimodal.table(MANY, MANY, by="distance", progress=refuse)


def test_a_time_limit_is_an_outcome() -> None:
    cells = trimodal.table(MANY, MANY, by="time", tonnes=11, time_limit_s=0.001)
    assert cells.stopped == "time_limit"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_call(tmp_path: Path) -> None:
    program = (
        "import signal, trimodal, time\n"
        # A shell in the background hands down that the signal is ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    while True:\n"
        "        trimodal.plan(trimodal.Scenario.starter(), samples=10_000)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', time.monotonic(), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(1.0)
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        word, at = child.stdout.readline().split()
        assert word == "interrupted" and float(at) - begun < 3
        assert child.wait(60) == 0


def test_threads_are_set_and_change_nothing() -> None:
    one, two = (trimodal.table(MANY[:4], MANY[:9], threads=n, date="2026-11-01") for n in (1, 2))
    assert one.to_dict()["rows"] == two.to_dict()["rows"]
    with pytest.raises(ValueError, match="threads"):
        trimodal.route("Mombasa", "Kampala", threads=0)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = trimodal.route("Mombasa", "Kampala", by="time")
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("geopandas"):
            raise ImportError(name)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.split(".")[0] == "geopandas"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.import_module", lambda name: without(name))
    with pytest.raises(trimodal.MissingLibraryError, match=r"trimodal\[geopandas\]"):
        routes.to_geopandas()


@pytest.mark.parametrize("verb", ["route", "table", "pairs", "plan", "simulate"])
def test_options_are_the_fields_of_the_api(verb: str) -> None:
    options = getattr(trimodal, f"{verb.capitalize()}Options")
    named = set(options.__annotations__)
    for base in options.__orig_bases__ if hasattr(options, "__orig_bases__") else ():
        named |= set(getattr(base, "__annotations__", {}))
    fields = {name for name, _ in _trimodal.fields(verb)}
    positional = {"route": {"from", "to"}, "simulate": {"plan", "volume"}}.get(verb, set())
    assert named == fields - positional


def test_the_command_line_is_the_same() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "trimodal", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert trimodal.__version__ in run("--version").stdout
    found = run("route", "Mombasa", "Kampala", "--by", "time", "--date", "2026-11-01", "--json")
    assert found.returncode == 0
    routes = trimodal.route("Mombasa", "Kampala", by="time", date="2026-11-01")
    assert routes._written("json").decode() == found.stdout
    assert run("route", "Mombasa", "Nowhere at all").returncode == 1
    assert run("rout").returncode == 2
    assert run("route", "Mombasa", "Rotterdam", "--modes", "rail").returncode == 3


def test_docstrings_hold() -> None:
    import doctest

    from trimodal import _verbs

    failed, tried = doctest.testmod(_verbs)
    assert tried > 0 and failed == 0


def test_silent_engines_tell_their_seconds() -> None:
    told: list[tuple[str, int, int]] = []
    begun = time.monotonic()
    trimodal.route((39.67, -4.05), "Kampala", tolerance=0, progress=lambda *step: told.append(step))
    # A search counts nothing: what is told are seconds, from the second second on.
    assert time.monotonic() - begun < 3 or told
    assert all(stage == "working" and done >= 2 and total == 0 for stage, done, total in told)


def test_calls_without_a_switch_end_at_once() -> None:
    # The check of the sea looks at no switch, and takes many seconds.
    class Enough(Exception):
        pass

    def enough(stage: str, done: int, total: int) -> None:
        raise Enough(stage)

    begun = time.monotonic()
    with pytest.raises(Enough, match="working"):
        trimodal.World().check(sea_draught_m=8.0, progress=enough)
    assert time.monotonic() - begun < 5
