"""``python -m tests.fuzz TARGET --minutes 10``: one target with atheris. ``growth``: time over size of input.

Needs requirements-fuzz.txt. A finding is kept in var/fuzz/TARGET/ and run again with ``--again FILE``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HOME = Path("var/fuzz")
NAMES = ("loaders", "question", "bodies")  # of targets.TARGETS, which is imported once atheris watches


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("target", choices=[*NAMES, "growth"])
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--again", type=Path, help="run one kept input")
    asked.add_argument("--only", default="", help="growth: only functions whose name has this")
    given = asked.parse_args()
    if given.target == "growth":
        from tests.fuzz.growth import table

        sys.exit(table(given.only))
    if given.again is not None:
        from tests.fuzz.targets import TARGETS

        TARGETS[given.target](given.again.read_bytes())
        return
    _fuzz(given.target, given.minutes)


def _fuzz(name: str, minutes: float) -> None:
    import atheris

    with atheris.instrument_imports(include=["corpus", "rag"]):
        from tests.fuzz import targets

        target = targets.TARGETS[name]
        target(b"\x00" * 64)  # whatever is loaded on first use is loaded now
    folder = HOME / name
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    _seeds(folder / "seeds")
    calls = 0
    started = time.monotonic()

    def one(data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls % 500 == 0:
            print(f"{name}: {calls} inputs, {time.monotonic() - started:.0f} s", flush=True)
        target(data)

    options = (
        f"-max_total_time={int(minutes * 60)}",
        "-max_len=1048576",
        "-timeout=120",  # of wall time, on a busy machine; targets.py holds to five seconds of processor time
        "-rss_limit_mb=6000",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], *options, str(folder / "seeds")], one)
    atheris.Fuzz()


def _seeds(folder: Path) -> None:
    import random

    draw = random.Random(1)
    for number in range(64):
        size = draw.choice((64, 400, 3000, 20_000))
        (folder / f"seed{number}").write_bytes(draw.randbytes(size))


if __name__ == "__main__":
    main()
