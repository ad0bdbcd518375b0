"""Answers to twenty questions over the bundled reports, as a page of docs that a command writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.answers import Raw, quote_is_valid
from eval.setup import Bench
from eval.summary import TYPE_LABELS
from eval.systems import Ours, Progress, StoredRaw
from eval.types import Item, Json, Output

SHARES = {
    "howto": 7, "compare": 3, "region": 2, "exclude": 2, "figure": 2, "mechanism": 1, "followup": 1,
    "unanswerable": 2,
}  # fmt: skip
_HEAD = """# Twenty answers

Written by `python -m eval examples` over the reports in `corpus/sample/`; not edited. The questions are
spread evenly over each kind in `eval/gold/sample.jsonl`, whatever came of them. Below each answer stand its
quotes with the file and the raw characters they were taken from, and whether these characters are the quote.
"""


def chosen(items: Sequence[Item]) -> list[Item]:
    """Twenty questions, spread evenly over each kind."""
    out = []
    for kind, share in SHARES.items():
        same = [item for item in items if item.type == kind]
        step = max(1, len(same) // share)
        out += same[::step][:share]
    return out


def write(table: Bench, progress: Progress) -> str:
    """The page."""
    system, raw = Ours(table.service), StoredRaw(table.service.store)
    items, parts = chosen(table.dataset.items), [_HEAD]
    for at, item in enumerate(items):
        progress("作答", at, len(items))
        output, _ = system.ask(item)
        parts += _one(at + 1, item, output, raw)
    progress("作答", len(items), len(items))
    return "\n".join(parts).rstrip() + "\n"


def _one(number: int, item: Item, output: Output, raw: Raw) -> Iterator[str]:
    yield f"## {number}. {item.question}\n"
    yield (
        f"*{TYPE_LABELS.get(item.type, item.type)}"
        + (f"，前面问过：{'；'.join(item.history)}" if item.history else "")
        + "*\n"
    )
    if output.error:
        yield f"（出错：{output.error}）\n"
    yield _quoted(output.body.get("text", "")) + "\n"
    cited = output.citations or output.body.get("nearest", [])
    if cited:
        yield "| | file | characters | quote | as in the file |\n|-|-|-|-|-|"
        for cite in cited:
            yield _row(cite, raw)
        yield ""


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _row(cite: Json, raw: Raw) -> str:
    right = "yes" if quote_is_valid(cite, raw(cite["doc"])) else "**no**"
    words = cite["quote"].replace("|", "\\|").replace("\n", " ")
    return f"| {cite['n']} | {cite['doc']} | {cite['raw_start']}–{cite['raw_end']} | {words} | {right} |"
