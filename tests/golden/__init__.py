"""Cases as data, a row each; one with `xfail` is a known failure and must not pass unnoticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of `name`.jsonl."""
    text = Path(__file__).with_name(f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def case(row: dict[str, Any], *named: str) -> Any:
    """A row as a parameter, called by the values of `named`."""
    marks = [pytest.mark.xfail(reason=row["xfail"], strict=True)] if "xfail" in row else []
    return pytest.param(row, id="-".join(row[key] for key in named), marks=marks)
