"""The office and the day in the middle of a document: a covering letter ends there and its annex begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.editor import Editor
from corpus.metadata import ORGANISATION, Found, first_signer, opens_issuer
from corpus.types import Span

_DAY = re.compile(r"20\d{2}年\s?\d{1,2}\s?月\s?\d{1,2}\s?日(?=\s|[（(]|$)")
_LETTER_ENDS = re.compile(r"。\s{1,40}$")  # the covering letter, its offices left out
_NEXT_PART = re.compile(  # the covering letter's note, or the title of what goes with it
    r"\s{0,20}(?:[（(]此件|\s关于|\s附件?\s?\d{0,2}[\s：:]"
    r"|\s[^\s，。；：]{6,50}(?:指南|方案|办法|措施|细则|名单|清单|规定|预案|要求)(?:[（(][^（）()\s]{1,8}[)）])?\s)"
)
_BEFORE = 200  # characters in front of a day in which the offices that signed stand
_SENTENCE_ENDS = "。！；：）)”"
_WORD = re.compile(r"[\u4e00-\u9fff（）()、]{2,30}")
_ANNEX = re.compile(r"附件?\s*[：:][^。]{0,120}$")
_NOTE = re.compile(r"[（(][^（）()]{1,8}[）)]$")
_MOST = 6  # offices, or pieces of their names


def cut_inside(editor: Editor, region: Span, found: Found) -> None:
    """Cut 「某某县人民政府 2023年8月1日」 where a sentence or a list of annexes ends in front of it."""
    view = editor.view(region)
    signatures = [*_signatures(view.text)]
    for span in signatures:
        signed = span.of(view.text)
        day = _DAY.search(signed)
        who = signed[: day.start()].split() if day else []
        found.offer_date(signed[day.start() :] if day else None)
        if who:
            found.offer_source(first_signer(" ".join(who)))
    editor.cut_parts(view, [(span, "落款") for span in signatures])


def _signatures(text: str) -> Iterator[Span]:
    floor, last = 0, len(text.rstrip())
    for day in _DAY.finditer(text):
        low = max(floor, day.start() - _BEFORE)
        start = _offices(text[low : day.start()])
        if (
            start is None
            and _LETTER_ENDS.search(text, low, day.start())
            and _NEXT_PART.match(text, day.end())
        ):
            start = day.start() - low
        if start is not None and day.end() < last:
            yield Span(low + start, day.end())
        floor = day.end()


def _offices(before: str) -> int | None:
    """Where the offices begin that `before` ends with, None where it does not end with any."""
    if not before[-1:].isspace():
        return None
    words = [m for m in re.finditer(r"\S+", before)]
    taken: list[re.Match[str]] = []
    for word in reversed(words):
        if len(taken) == _MOST or not _WORD.fullmatch(word[0]) or not _goes_on(word[0], taken):
            break
        taken.append(word)
    if not taken:
        return None
    start = taken[-1].start()
    front = before[:start].rstrip()
    return start if not front or front[-1] in _SENTENCE_ENDS or _ANNEX.search(front) else None


def _goes_on(word: str, taken: list[re.Match[str]]) -> bool:
    """Whether a word in front of those taken is one more office, or the first half of a broken name."""
    if ORGANISATION.search(_NOTE.sub("", word)):
        return True
    return bool(taken) and not opens_issuer(taken[-1][0]) and opens_issuer(word)
