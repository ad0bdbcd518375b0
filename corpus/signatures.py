"""The office and the day with which a document is signed: at its end, or in the middle of it.

In the middle a covering letter ends there and its annex begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.editor import Editor
from corpus.metadata import ORGANISATION, Found, opens_issuer, signers
from corpus.types import Span

_B = r"[ \t\u3000\xa0\u2002\u2003]"
_DAY = (
    rf"(?:20\d{{2}}{_B}?年{_B}?\d{{0,2}}{_B}?月{_B}?\d{{0,2}}{_B}?日"
    r"|二[〇○零Ｏ][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_OFFICE_END = r"(?:政府|委员会|办公[厅室]|[局厅]|指挥部)"
_SIGNED = re.compile(rf"(?P<who>(?:[\u4e00-\u9fff（）()]{{3,40}}(?:{_B}|\n)+){{1,8}})(?P<when>{_DAY})\s*$")
_SIGNED_SPACED = re.compile(
    rf"(?<=[。！；\s])(?P<who>(?:[\u4e00-\u9fff](?:{_B}|\n)+){{3,12}})(?P<when>{_DAY})\s*$"
)
_SIGNED_INSIDE = re.compile(
    rf"(?<=[。\s])(?P<who>(?:[\u4e00-\u9fff]{{3,30}}{_B}+){{0,6}}[\u4e00-\u9fff]{{2,30}}(?:{_OFFICE_END}|[委院会部])){_B}+"
    rf"(?P<when>20\d{{2}}年\d{{1,2}}月\d{{1,2}}日)(?={_B}|[（(]|$)"
)
_SIGNED_GLUED = re.compile(
    rf"(?<=[。！；])(?P<who>[\u4e00-\u9fff]{{2,26}}(?:{_OFFICE_END}|办事处|居委会|村委会|管委会))(?P<when>{_DAY})\s*$"
)
_DATE_ALONE = re.compile(rf"[。；](?:{_B}|\n)+(?P<when>{_DAY})\s*$")
_DATE_LAST = re.compile(rf"(?:{_B}|\n)(?P<when>20\d{{2}}年{_B}?\d{{1,2}}{_B}?月{_B}?\d{{1,2}}{_B}?日)\s*$")
_OFFICE_ALONE = re.compile(rf"[。；](?:{_B}|\n)+(?P<who>[\u4e00-\u9fff]{{4,30}}{_OFFICE_END})\s*$")
_NUMBERED = re.compile(r"(?:\d[.．、]|附件[：:])$")
_UNENDED_ANNEX = re.compile(r"附件[：:][^。；]{0,40}”$")  # 附件：“某某”|操作说明
_FAR = re.compile(r"\s{4}$")  # set right on the page
_FORCE = re.compile(r"(?:集团|[总支大]队)$")
_OPENING, _CLOSING = re.compile("[（(]"), re.compile("[)）]")
_SHORT_NOTE = re.compile(r"（[^（）]{1,6}）$")
_INNER_DAY = re.compile(r"20\d{2}年\s?\d{1,2}\s?月\s?\d{1,2}\s?日(?=\s|[（(]|$)")
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


def read_signature(text: str, found: Found) -> None:
    """Keep day and office of a signature with which `text`, a tail that was cut, ends."""
    signed = _SIGNED.search(text[: text.rfind("日") + 1])
    if signed and ORGANISATION.search(_SHORT_NOTE.sub("", signed["who"].split()[-1])):
        found.offer_date(signed["when"])
        found.offer_source(signers(signed["who"]))


def cut_inside(editor: Editor, region: Span, found: Found) -> None:
    """Cut 「某某县人民政府 2023年8月1日」 where a sentence or a list of annexes ends in front of it."""
    view = editor.view(region)
    signatures = [*_signatures(view.text)]
    for span in signatures:
        signed = span.of(view.text)
        day = _INNER_DAY.search(signed)
        who = signed[: day.start()].split() if day else []
        found.offer_date(signed[day.start() :] if day else None)
        if who:
            found.offer_source(signers(" ".join(who)))
    editor.cut_parts(view, [(span, "落款") for span in signatures])


def _signatures(text: str) -> Iterator[Span]:
    floor, last = 0, len(text.rstrip())
    for day in _INNER_DAY.finditer(text):
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


def take_signature(editor: Editor, region: Span, found: Found) -> bool:
    """The office and the day with which a document ends; read where they stand in the middle of it, too."""
    view = editor.view(region)
    inside = _SIGNED_INSIDE.search(view.text)
    if inside:
        found.offer_date(inside["when"])
        found.offer_source(signers(inside["who"]))
    tail = view.text[-420:]
    shift = len(view.text) - len(tail)
    start = _signature_start(tail, found)
    if start is not None:
        editor.cut_text(view, shift + start, len(view.text), "落款")
    return start is not None


def _signature_start(tail: str, found: Found) -> int | None:
    dated = _DATE_ALONE.search(tail)
    if dated:
        found.offer_date(dated["when"])
        return dated.start("when")
    signed = _SIGNED.search(tail) or _SIGNED_SPACED.search(tail) or _SIGNED_GLUED.search(tail)
    if signed:
        spaced = signed.re is _SIGNED_SPACED
        start = signed.start() if spaced else _behind_brackets(tail, signed)
        before = tail[:start]
        apart = before.rstrip()[-1:] in "。！；" or _FAR.search(before) is not None
        last = "".join(signed["who"].split()) if spaced else signed["who"].split()[-1]
        if not (ORGANISATION.search(_SHORT_NOTE.sub("", last)) or _FORCE.search(last) or apart):
            return None
        found.offer_date(signed["when"])
        found.offer_source(last if spaced else signers(signed["who"]))
        return start
    alone = _OFFICE_ALONE.search(tail)
    if alone:
        found.offer_source(alone["who"])
        return alone.start("who")
    last = _DATE_LAST.search(tail)
    if last:
        found.offer_date(last["when"])
        return last.start("when")
    return None


def _behind_brackets(tail: str, signed: re.Match[str]) -> int:
    """Where a signature begins: behind the last of its words that closes a bracket opened before it."""
    start = signed.start()
    if _NUMBERED.search(tail[:start].rstrip()) or _UNENDED_ANNEX.search(tail[:start]):
        start = signed.start("who") + len(signed["who"].split()[0])  # the name of an annex
    for word in re.finditer(r"\S+", signed["who"]):
        if len(_CLOSING.findall(word[0])) > len(_OPENING.findall(word[0])):
            start = signed.start("who") + word.end()
    return start
