"""Joining what a newspaper column or a page break tore apart; white space that means nothing goes."""

from __future__ import annotations

import itertools
import re

from corpus.boundary import start_score
from corpus.editor import Editor
from corpus.lines import NUMBERED, Line, hard_lines
from corpus.types import Span

_STOP = "。！？；：!?;:…"
_CLOSE = "”」』）)》】\"'"
_SEEN = 2000  # characters of a paragraph so far that decide whether it goes on
_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")  # Chinese characters side by side within a line
_CONTINUES = re.compile(r"^(?:[，。、；：！？）》”」』】,.;:!?)]|是[：:])")
_BOLD = 10  # characters of words that a page sets apart in the midst of a sentence: …发展的|主要目标|是：…


def join_lines(editor: Editor, region: Span) -> None:
    """Cut the line breaks inside torn sentences; between paragraphs keep exactly one break."""
    view = editor.view(region)
    lines = hard_lines(view.text)
    if not lines:
        return
    cuts = [(Span(0, lines[0].span.start), "空白")]
    so_far = lines[0].text
    pairs = frozenset(_PAIR.findall(view.text))
    for line, following in itertools.pairwise(lines):
        start, end = line.span.end, following.span.start
        if _torn(so_far, line, following, pairs):
            cuts.append((Span(start, end), "断行"))
            so_far = (so_far + following.text)[-_SEEN:]
            continue
        so_far = following.text
        keep = view.text.find("\n", start, end)
        if keep < 0:  # lines that end otherwise: \r of an old Mac, \f of a page
            keep = next(i for i in range(start, end) if view.text[i] in _BREAKS)
        cuts += [(Span(a, b), "空白") for a, b in ((start, keep), (keep + 1, end)) if b > a]
    editor.cut_parts(view, [*cuts, (Span(lines[-1].span.end, len(view.text)), "空白")])


def _torn(so_far: str, line: Line, following: Line, pairs: frozenset[str]) -> bool:
    """Whether `following` goes on with the sentence that `so_far` (ending in `line`) began."""
    last, nxt = so_far[-1], following.text[0]
    if _CONTINUES.match(following.text) and last not in _STOP:
        return True
    if _open_bracket(so_far) or last in "，、,（(“《【":
        return True
    if last in _STOP or (last in _CLOSE and so_far[-2:-1] in _STOP + "”"):
        return False
    if NUMBERED.match(following.text):
        return False
    if NUMBERED.match(line.text) and line.text == so_far and len(so_far) <= 45:
        return False
    if last == "的" and len(following.text) <= _BOLD and "\u4e00" <= nxt <= "\u9fff":
        return True
    torn_word = last + nxt in pairs
    if _bodylike(so_far):
        return not (last in _CLOSE and start_score(following.text[:4]) > 1.0 and not torn_word)
    return torn_word and start_score(following.text[:4]) < 1.0 and len(following.text) > len(so_far)


def _bodylike(text: str) -> bool:
    """Running text rather than a heading: it holds a full stop, or is longer than headings are."""
    if len(text) > 45:
        return True
    if "，" in text and len(text) >= 16:
        parts = re.split(r"[，；]", text)
        if len(parts) > 2 and len(parts[-1]) <= 4 and max(map(len, parts)) >= 8:
            return True  # 「今年上半年，全镇代办事项1860件，平均」: the halves of a heading are of a length
    return "。" in text[:-1] or (len(text) >= 26 and re.search(r"[，,；;]", text) is not None)


def _open_bracket(text: str) -> bool:
    """A quotation mark or bracket opened near the end that is not closed yet."""
    tail, recent = text[-60:], text[-2000:]
    opened = [(a, b) for a, b in ("“”", "《》", "（）", "()") if a in tail]
    return any(tail.rfind(a) > tail.rfind(b) and recent.count(a) > recent.count(b) for a, b in opened)
