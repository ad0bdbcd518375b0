"""An answer as server-sent events (WHATWG HTML, 9.2): what is known is sent as soon as it is known."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from fastapi.sse import format_sse_event

from corpus.errors import TashanError
from rag import contract
from rag.complaints import UNEXPECTED
from rag.service import Update
from rag.types import Found, Outcome, Question

_LOG = logging.getLogger(__name__)


def stream(updates: Iterator[Update]) -> Iterator[bytes]:
    """Events of one answer, from the steps that `Service.stream` tells.

    The question is understood before this returns, so that one that can't be is refused like any other.

    Raises:
        TashanError: the question is empty.
    """
    for update in updates:
        if update.question is not None:
            return _rest(update.question, updates)
    raise AssertionError("an answer without a question")


def _rest(question: Question, updates: Iterator[Update]) -> Iterator[bytes]:
    yield _event("understood", contract.understood(question))
    told = False
    try:
        for update in updates:
            found = update.found or (update.outcome.found if update.outcome else None)
            if found is not None and not told:
                told = True
                yield _event("hits", _hits(found))
            if update.outcome is not None:
                yield from _outcome(update.outcome)
    except TashanError as error:
        yield _failed(error.message, error.hint)
    except Exception:
        _LOG.exception("a question failed")
        yield _failed(*UNEXPECTED)


def _hits(found: Found) -> list[contract.Json]:
    return [contract.hit_brief(hit) for hit in found.ranked]


def _outcome(outcome: Outcome) -> Iterator[bytes]:
    body = contract.outcome(outcome)
    for statement in body["statements"]:
        yield _event("statement", statement)
    yield _event("done", body)


def _failed(error: str, hint: str) -> bytes:
    return _event("error", {"error": error, "hint": hint})


def _event(name: str, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
