"""How time grows with an input: each rule and each step, over long runs of one thing.

Prints what takes more than linear time: from a quarter to the whole of 1 MB time should grow fourfold.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from corpus.errors import TashanError
from tests.fuzz.making import long_runs

SMALL, LARGE = 16_000, 64_000
WHOLE = 350_000  # characters: 1 MB of Chinese
_TOO_MUCH = 9.0  # fourfold the input: 4 is linear, 16 is quadratic
_NOTICED = 0.05  # seconds under which no ratio is told
_SLOWEST = 5.0


def table(only: str) -> int:
    """Print what grows too fast; the exit code is 1 when there is something."""
    found = 0
    small, large, whole = long_runs(SMALL), long_runs(LARGE), long_runs(WHOLE)
    for what, act in steps():
        if only not in what:
            continue
        slowest = 0.0
        for name in small:
            first, second = _seconds(act, small[name]), _seconds(act, large[name])
            slowest = max(slowest, second)
            if second > _NOTICED and second > _TOO_MUCH * max(first, 1e-4):
                found += 1
                print(f"✗ {what}  {name}  {first:.3f} s → {second:.3f} s for four times as much", flush=True)
            elif what.startswith("whole way") and (third := _seconds(act, whole[name])) > _SLOWEST:
                found += 1
                print(f"✗ {what}  {name}  {third:.1f} s for 1 MB", flush=True)
        print(f"  {what}: at most {slowest:.3f} s for {LARGE} characters", flush=True)
    return 1 if found else 0


def _seconds(act: Callable[[str], object], text: str) -> float:
    before = time.process_time()
    with suppress(TashanError):
        act(text)
    return time.process_time() - before


def steps() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Every compiled pattern that reads what others wrote, and the whole way of a file and a question."""
    yield "whole way of a .txt", _file("a.txt")
    yield "whole way of a .md", _file("a.md")
    yield "whole way of a .html", _file("a.html")
    yield "whole way of a .csv", _file("a.csv")
    yield "whole way of a question", _question
    for name, pattern in patterns():
        yield f"pattern {name}", lambda text, found=pattern: sum(1 for _ in found.finditer(text))  # type: ignore[misc]


def _file(name: str) -> Callable[[str], object]:
    from corpus.load import read_bytes
    from corpus.read import read_document

    return lambda text: read_document(read_bytes(text.encode("utf-8", "replace"), name))


def _question(text: str) -> object:
    from rag.question import understand

    return understand(text)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """(where, pattern) of all compiled patterns of corpus/ and of the modules that read questions."""
    seen: set[tuple[str, int]] = set()
    top = Path(__file__).parents[2]
    questions = ("question", "places", "regions", "followup", "names", "terms", "sentences")
    modules = [f"corpus.{path.stem}" for path in sorted((top / "corpus").glob("[a-z]*.py"))]
    for module in [*modules, *(f"rag.{name}" for name in questions if (top / "rag" / f"{name}.py").exists())]:
        for attribute, value in vars(import_module(module)).items():
            for label, pattern in _inside(attribute, value):
                if (pattern.pattern, pattern.flags) not in seen:
                    seen.add((pattern.pattern, pattern.flags))
                    yield f"{module}.{label}", pattern


def _inside(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield name, value
    elif isinstance(value, (tuple, list)):
        for at, one in enumerate(value):
            yield from _inside(f"{name}[{at}]", one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _inside(f"{name}[{key!r}]", one)
    elif hasattr(value, "pattern") and isinstance(value.pattern, re.Pattern):
        label = getattr(value, "name", "")
        yield f"{name} {label}", value.pattern
