"""What programs may call over MCP: ask, search, compare, and nothing else of the page."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api
from pydantic import BaseModel, ValidationError

from corpus.errors import TashanError
from rag import contract
from rag.access import visit
from rag.api.bodies import Asking, Comparing, Searching
from rag.api.errors import invalid
from rag.complaints import UNEXPECTED
from rag.service import Service
from rag.types import Outcome

_LOG = logging.getLogger(__name__)
Body = TypeVar("Body", bound=BaseModel)
Names = list[str] | None


def build(service: Service) -> None:
    """Declare the tools in the page that is being made."""

    def ask(  # noqa: D417 - the request is Gradio's to give
        question: str,
        request: gr.Request,
        history: Names = None,
        include: Names = None,
        exclude: Names = None,
        home: str | None = None,
    ) -> str:
        """Answer a how-to question about local governance in China out of the loaded reports.

        回答治理做法的问题。 The answer is made of verbatim sentences; every one has a citation with place,
        report and quote. Where the reports do not answer, status is "refused", with the reason and what
        came nearest.

        Args:
            question: the question in Chinese, at most 2000 characters, e.g. 别的县是怎么做红色物业的？
            history: earlier questions of the same conversation, oldest first.
            include: names of places to look in only, e.g. 辽宁省.
            exclude: names of places to leave out.
            home: the asker's own county: what 别的县 is other than.
        """
        body = _checked(
            Asking, question=question, history=history or [], include=include or [],
            exclude=exclude or [], home=home,
        )  # fmt: skip
        updates = service.stream(
            body.question, body.history, include=body.include, exclude=body.exclude, home=body.home
        )

        def last() -> dict[str, Any]:
            outcome: Outcome | None = None
            for update in visit.of(request).watched(updates, "mcp"):
                outcome = update.outcome
            assert outcome is not None
            return contract.outcome(outcome)

        return _told(last)

    def search(  # noqa: D417
        question: str, request: gr.Request, k: int = 10, include: Names = None, exclude: Names = None
    ) -> str:
        """Find passages of the loaded governance reports, best first, without an answer. 只检索，不回答。

        Args:
            question: what to look for, in Chinese, at most 2000 characters.
            k: how many reports, 1 to 200.
            include: names of places to look in only.
            exclude: names of places to leave out.
        """
        body = _checked(Searching, question=question, k=k, include=include or [], exclude=exclude or [])
        visit.of(request).note("search", body.question, door="mcp")

        def found() -> dict[str, Any]:
            _, hits = service.search(body.question, body.k, include=body.include, exclude=body.exclude)
            return contract.search(body.question, hits)

        return _told(found)

    def compare(theme: str, request: gr.Request, places: int = 8) -> str:  # noqa: D417
        """Compare how places handle one theme: a table whose every cell is quoted. 各地做法对比表。

        Args:
            theme: the theme in Chinese, at most 200 characters, e.g. 老旧小区加装电梯.
            places: at most so many places, 2 to 30.
        """
        body = _checked(Comparing, theme=theme, places=places)
        visit.of(request).note("compare", body.theme, door="mcp")
        return _told(lambda: service.compare(body.theme, body.places).as_json())

    tools: Sequence[Callable[..., Any]] = (ask, search, compare)
    for tool in tools:
        api(tool, api_name=tool.__name__, queue=False)  # answered in its own request, without a way back


def _checked(kind: type[Body], **given: Any) -> Body:
    try:
        return kind(**given)
    except ValidationError as error:
        raise TashanError(invalid(error.errors())) from error


def _told(make: Callable[[], dict[str, Any]]) -> str:
    """What `make` makes, as JSON; a mistake of ours is logged and told without its insides."""
    try:
        return json.dumps(make(), ensure_ascii=False)
    except TashanError:
        raise
    except Exception as error:
        _LOG.exception("a tool failed")
        raise TashanError(*UNEXPECTED) from error
