"""The head of a text with line breaks: the short lines in front of its first paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.editor import Editor, View
from corpus.lines import NUMBERED, Line, hard_lines, printed_twice
from corpus.metadata import SOURCE, Found, iso_date, squeezed
from corpus.titles import is_title, without_site
from corpus.types import Span

_LONGEST_HEAD = 40  # lines
_DATE_LABEL = re.compile(
    r"(?:发布|发文|成文|发表|生成|印发|更新)?(?:日期|时间)\s*[：:]\s*[\d年月日./\- ]{8,12}"
)
_EMPTY_SOURCE = re.compile(r"^(?:来源|文章来源)\s*[：:]\s*$")
_LABELLED = re.compile(r"^(?:发布日期|发布时间|来源|作者|发布者|编辑)\s*[：:]")
_BYLINE = re.compile(r"^(?:本报)?(?:记者|通讯员)(?:[ \u3000\xa0]|$|[：:])|^本报记者")
_SPEAKER = re.compile(
    r"^[\u4e00-\u9fff]{0,12}(?:省长|市长|主席|县长|区长|州长|书记|主任)[\s\u3000\xa0]*[\u4e00-\u9fff·\s\u3000]{2,12}$"
)
_PHOTO = re.compile(r"(?:供图|摄|摄影)[）)]?\s*$")
_CAPTION = re.compile(
    r"^[^。]{4,60}。?\s*(?:[^。\s]{0,12}记者)\s?[\u4e00-\u9fff\s]{2,6}\s?摄$"
    r"|^(?:[^。]{4,60}开幕。)?[^，。]{2,20}作政府工作报告。(?:\s?[^。]{0,12}摄)?$"
)
_OCCASION = re.compile(
    r"^[—-]{1,3}\S|^[（(]?\d{4}年\d{1,2}月\d{1,2}日在.{4,40}上[)）]?(?:\s+\S{2,12}[长席]\s*\S{2,6})?$"
    r"|.*(?:会议|大会)上[)）]?$"
)
_BUTTON = re.compile(r"^(?:发表时间|阅读量|浏览次数|点击数?|字体)\s*[：:]?\s*\d*$|^[【】|>×]$|^[大中小]$")


_SALUTATION = re.compile("各位(?:代表|委员)")
_OPENED = re.compile("[^。]{4,60}(?:会议|大会)[^。]{0,16}(?:开幕|召开|举行)。")


@dataclass(frozen=True, slots=True)
class _Place:
    """One line of the head with what its rule may need to know."""

    text: str
    first: bool
    following: Line | None
    found: Found


def head_of_lines(editor: Editor, region: Span, found: Found, known: str | None) -> None:
    """Cut the short lines in front of the first paragraph; keep title, source, date and byline.

    Args:
        editor: the file's editor.
        region: the raw region of one report.
        found: filled in.
        known: the title that a table gives, None where there is none.
    """
    found.title = known
    view = editor.view(region)
    lines = hard_lines(view.text)
    head = lines[:_LONGEST_HEAD]
    zone = next((i for i, line in enumerate(head) if _is_body(line.text)), len(head))
    if zone + 1 < len(lines) and _tells_of_opening(lines[zone].text, lines[zone + 1].text):
        zone += 1
    if lines and found.title is None and (half := printed_twice(lines[0].text)):
        found.title = half
        editor.cut_text(view, lines[0].span.start, lines[0].span.end, "标题")
    _cut_above_title(editor, view, lines[:zone], known)
    for at, line in enumerate(lines[:zone]):
        following = lines[at + 1] if at + 1 < len(lines) else None
        rule = _rule_for(_Place(line.text, at == 0, following, found))
        if rule:
            editor.cut_text(view, line.span.start, line.span.end, rule)
        if rule == "来源日期" and following is not None and _EMPTY_SOURCE.match(line.text):
            editor.cut_text(view, following.span.start, following.span.end, rule)


def _cut_above_title(editor: Editor, view: View, lines: Sequence[Line], known: str | None) -> None:
    """Everything above the line that repeats a known title belongs to the site."""
    if known is None:
        return
    at = next((i for i, line in enumerate(lines) if squeezed(line.text) == squeezed(known)), 0)
    for line in lines[:at]:
        editor.cut_text(view, line.span.start, line.span.end, "网页页头")


def _is_photo(text: str) -> bool:
    return _CAPTION.match(text) is not None or (len(text) <= 120 and _PHOTO.search(text) is not None)


def _is_body(text: str) -> bool:
    """Whether the report's own text begins with this line."""
    if _SALUTATION.match(text) or NUMBERED.match(text):
        return True
    if _is_photo(text) or _OCCASION.match(text) or re.match(r"(?:发布)?(?:日期|时间)|来源", text):
        return False
    long = len(text) >= 40 and re.search(r"[，。,；]", text) is not None
    return long or (text[-1:] in "。！？" and len(text) > 14)


def _tells_of_opening(text: str, following: str) -> bool:
    """Whether a line, left of a caption, says where the meeting began that the next one speaks to."""
    return _OPENED.fullmatch(text) is not None and _SALUTATION.match(following) is not None


def _rule_for(place: _Place) -> str | None:
    """The name of the rule by which a head line goes, None where it stays."""
    return next((name for rule in _RULES if (name := rule(place))), None)


def _occasion(place: _Place) -> str | None:
    return "副标题" if _OCCASION.match(place.text) and not place.first else None


def _source_and_date(place: _Place) -> str | None:
    text = place.text
    source, empty = SOURCE.search(text), _EMPTY_SOURCE.match(text)
    dated = iso_date(text) and len(squeezed(text)) < 60 and not re.search(r"会议|报告", text)
    if not (source or empty or dated or _DATE_LABEL.search(text)):
        return None
    place.found.offer_date(text)
    if source:
        place.found.offer_source(source["name"])
    elif empty and place.following is not None:
        place.found.offer_source(place.following.text)
    return "来源日期"


def _title_again(place: _Place) -> str | None:
    title, bare = squeezed(place.found.title or ""), squeezed(place.text)
    return "标题" if title and (title == bare or (len(bare) >= 6 and title.endswith(bare))) else None


def _signed(place: _Place) -> str | None:
    if _BYLINE.match(place.text):
        place.found.byline = place.text
        return "电头署名"
    if _LABELLED.match(place.text) and len(place.text) <= 60:
        return "来源日期"
    return None


def _office(place: _Place) -> str | None:
    text = place.text
    marked = text[0] in "■●◆"
    party = text.startswith("中共") and squeezed(text).endswith(("委", "组织部", "委员会"))
    if not marked and not (place.found.title is None and party):
        return None
    if marked:
        place.found.offer_source(text)
    place.found.byline = text
    return "署名单位"


def _person_photo_button(place: _Place) -> str | None:
    if _SPEAKER.match(place.text):
        return "报告人"
    following = place.following.text if place.following is not None else ""
    if _is_photo(place.text) or _tells_of_opening(place.text, following):
        return "图片说明"
    return "网页按钮" if _BUTTON.match(place.text) else None


def _title(place: _Place) -> str | None:
    text = place.text
    if (
        place.found.title is not None
        or not (is_title(text) or _is_entry(place))
        or len(squeezed(text)) > 70
        or NUMBERED.match(text)
    ):
        return None
    place.found.title = without_site(text)
    return "标题"


def _is_entry(place: _Place) -> bool:
    """Whether a word alone on the first line is what the text is about: its first sentence opens with it.

    So profiles and entries of a handbook begin; any other word of two to four characters is no title.
    """
    if not place.first or place.following is None or not _ENTRY.fullmatch(place.text):
        return False
    opening = place.following.text.lstrip("“「《")
    return len(opening) >= 20 and opening.startswith(place.text)


_ENTRY = re.compile(r"[\u4e00-\u9fff·]{2,4}")


def _subtitle(place: _Place) -> str | None:
    """A short line between the title of a work report and its first paragraph."""
    title = place.found.title
    if place.first or not title or place.following is None or len(squeezed(place.text)) > 24:
        return None
    return "副标题" if re.search(r"人民代表大会|政府工作报告", title + place.text) else None


_RULES: tuple[Callable[[_Place], str | None], ...] = (
    _occasion,
    _source_and_date,
    _title_again,
    _signed,
    _office,
    _person_photo_button,
    _title,
    _subtitle,
)
