"""Everything in front of a report's first sentence, cut and understood.

Three shapes are told apart: a crawled item on one line 「日期，正文：原标题：TITLE…」, a page saved as
one line whose blanks once were line breaks (`corpus.head_page`), and a text with lines (`corpus.head_lines`).
"""

from __future__ import annotations

import re

from corpus.boundary import question_at, title_end
from corpus.bylines import byline_start, dateline_source, take_byline
from corpus.captions import cut_captions
from corpus.editor import Editor
from corpus.head_lines import head_of_lines
from corpus.head_page import head_of_page
from corpus.metadata import MEDIA, SOURCE, Found, iso_date, loosely, squeezed
from corpus.rules import HEAD, OPENING, Rule
from corpus.titles import polished
from corpus.types import Record, Span

_CRAWLED = re.compile(r"[^，。]{0,500}?，正文[：:]")
_ORIGINAL = re.compile(r"原标题|来源标题[：:]")
_WIDE = re.compile(r"^(?P<t>[^。]{8,50}?)[ \u3000]{2,}(?:(?P<sub>[^。\s]{4,30})[ \u3000]{2,})?")
_WIDE_BEHIND = re.compile(
    r"(?!.{0,60}?(?:近日|日前|记者|[讯电][ \u3000（(]))[^。]{8,64}?(?=[ \u3000\xa0\u2002\u2003]{2})"
)
_LONG_BEFORE_BLANK = re.compile(r"[^。，\s]{28,64}(?=\s\S)")  # too long for the first half of a title
_HEADLINE = re.compile(r"^(?!来源|作者|编辑)[^，。：“\s]{2,14}[：:][^\s。：”]{6,44}(?= [^\s。]{12,})")

# a headline that runs into the first words of its report: 东关镇给老街装上路灯近日，…
_GLUED_HEADLINE = re.compile(
    r"(?!为|在|据|从|由|点击)(?:(?!讯|记者|通讯员|消息|[日社]电)[^。，；：！？“”…\n]){8,44}?"
    r"(?<![区县市镇乡村省部局厅委办院校社会团队司所站月年于者心道网报员])"
    r"(?=(?:近日|日前|连日来|近年来|今年以来|\d{1,2}月\d{1,2}日(?:[上下]午)?)，|为(?:进一步|扎实|深入|切实|深化|更好))"
)


def take_head(editor: Editor, region: Span, record: Record | None) -> Found:
    """Cut everything in front of the report's first sentence and keep what it says.

    Args:
        editor: the file's editor.
        region: the raw region of one report.
        record: the table row it comes from, None where the file holds several reports.
    """
    found = Found()
    text = editor.view(region).text
    crawled = _CRAWLED.match(text)
    if crawled:
        found.date = iso_date(crawled[0])
        named = SOURCE.search(crawled[0])
        found.offer_source(named["name"] if named else None)
    _apply_rules(editor, region, HEAD)
    known = record.get("title") if record is not None else None
    if "\n" in text.strip():
        head_of_lines(editor, region, found, known)
    elif known:
        _known_title(editor, region, found, known)
    elif crawled:
        _head_of_item(
            editor, region, found, original=_ORIGINAL.search(text[: crawled.end() + 60]) is not None
        )
    else:
        head_of_page(editor, region, found)
    _apply_rules(editor, region, (*HEAD, *OPENING))
    cut_captions(editor, region, opening=True)
    take_byline(editor, region, found)
    _cut_theme(editor, region, found)
    _cut_in_full(editor, region, found)
    _apply_rules(editor, region, OPENING)
    cut_captions(editor, region, opening=True)
    take_byline(editor, region, found)
    found.offer_source(dateline_source(text[:_HEAD]))
    return found


def _apply_rules(editor: Editor, region: Span, rules: tuple[Rule, ...]) -> None:
    """Rules for a beginning, again and again until none of them matches."""
    for _ in range(_ROUNDS):
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        head = view.text[start : start + 600]
        matches = ((rule, rule.pattern.match(head)) for rule in rules if rule.hinted(head))
        hit = next(((rule, match) for rule, match in matches if match and match.end()), None)
        if hit is None:
            return
        editor.cut_text(view, start, start + hit[1].end(), hit[0].name)


_ROUNDS = 60  # furniture in front of one report; each round looks at the whole text, so they must be bounded


_HEAD = 260  # characters in which a title, a dateline and the title again may stand
_THEME = re.compile(r"\s*题\s*[：:]\s*(?=\S)")
_THEME_SIGNED = re.compile(r"[^。]{4,90}?(?=\s新华社记者)")


def _cut_theme(editor: Editor, region: Span, found: Found) -> None:
    """「题：」 behind a dateline, with the title that it repeats."""
    view = editor.view(region)
    theme = _THEME.match(view.text)
    if theme is None:
        return
    again = re.compile(loosely(found.title)).match(view.text, theme.end()) if found.title else None
    signed = _THEME_SIGNED.match(view.text, theme.end())
    editor.cut_text(view, 0, max(m.end() for m in (again, signed, theme) if m), "标题")


_IN_FULL = r"\s*(?:原标题[：:]\s*)?[^。]{0,40}?(?:原标题[：:]|——-?)[^。—]{0,16}?"
_LAST = 12  # characters of a title by which it is known again


def _cut_in_full(editor: Editor, region: Span, found: Found) -> None:
    """The whole headline, whose second half alone the title was: 代办送上门——某镇推行便民代办."""
    view = editor.view(region)
    head = view.text[:_HEAD]
    if not ("——" in head or "原标题" in head):
        return
    title = squeezed(polished(found.title) or "")
    if len(title) < _LAST:
        return
    whole = re.match(_IN_FULL + loosely(title[-_LAST:]), view.text)
    if whole:
        editor.cut_text(view, 0, whole.end(), "标题")


def _known_title(editor: Editor, region: Span, found: Found, title: str) -> None:
    """The table names the title; the text may begin with it."""
    found.title = title
    view = editor.view(region)
    if not view.text.lstrip().startswith(squeezed(title)[:1]):
        return  # making the pattern takes longer than all else that is done for a row
    match = re.match(r"\s*" + loosely(title), view.text)
    if match:
        editor.cut_text(view, 0, match.end(), "标题")


def _head_of_item(editor: Editor, region: Span, found: Found, original: bool) -> None:
    """A crawled item saved as one line: TITLE[TITLE] [byline] BODY."""
    view = editor.view(region)
    start = len(view.text) - len(view.text.lstrip())
    text = view.text[start:]
    wide = _WIDE.match(text) if start > 20 else None
    if wide:
        found.title = wide["t"]
        editor.cut_text(view, start, start + wide.end(), "标题")
        return
    end = _item_title_end(text, original)
    if not end:
        return
    found.title = text[:end].strip() or None
    if found.title and re.fullmatch(
        MEDIA + r"[讯电](?:[ \u3000\xa0]*[\u4e00-\u9fff]{2,3}){0,4}", found.title
    ):
        found.offer_source(found.title.split()[0])
        found.title = None
    again = re.match(r"\s*" + loosely(text[:end]), text[end:]) if found.title else None
    editor.cut_text(view, start, start + end + (again.end() if again else 0), "标题")


def _item_title_end(text: str, original: bool) -> int | None:
    if original and (wide := _WIDE_BEHIND.match(text)):
        return wide.end()
    mark = byline_start(text[:170])
    if mark is not None and (original or _looks_like_title(text[:mark])):
        return _split_title(text, mark, original)
    end = title_end(text)
    if original:
        return end or ((long := _LONG_BEFORE_BLANK.match(text)) and long.end()) or None
    headline = _HEADLINE.match(text) or _GLUED_HEADLINE.match(text)
    if headline:
        return headline.end()
    return end if end and text[end:].lstrip().startswith(text[:end]) else None


def _split_title(text: str, mark: int, original: bool) -> int | None:
    """Where the title ends when a byline begins at `mark`: there, or before body text in between."""
    head = text[:mark].rstrip()
    half = next((n for n in range(6, len(head) // 2 + 1) if head[n:].strip().startswith(head[:n])), None)
    if half:
        return half
    asked = question_at(text) if head.endswith("？") else None
    if asked:
        return asked
    if "。" not in head and len(head) <= 64:
        return mark if len(head) >= 4 else None
    return title_end(text) if original else None


def _looks_like_title(head: str) -> bool:
    head = head.strip()
    return 8 <= len(head) <= 50 and "。" not in head and not re.match(r"\d|近日|日前|今年|记者", head)
