"""What the credits behind a report say of it: who published it and when, the most explicit first."""

from __future__ import annotations

import re

from corpus.metadata import MEDIA, SOURCE, Found, source_name
from corpus.signatures import read_signature

_PAPER = re.compile(r"《\s?(?P<n>[\u4e00-\u9fff\s]{2,12})\s?》\s*[（(]\s*(?P<d>\d{4}年\d{1,2}月\d{1,2}日)")
_APP = re.compile(r"“(?P<n>[\u4e00-\u9fff]{2,8})”\s?(?:APP|客户端)")
_CREDITED = re.compile(
    rf"(?P<m>[\u4e00-\u9fff]{{2,8}}传媒中心|{MEDIA}|[\u4e00-\u9fff]{{2,10}}(?:报|网|新闻|客户端|壹点|中心))[/、]?[^，。]{{0,12}}?记者"
)
_BRACKETED_MEDIUM = re.compile(
    r"\s*(?:[\u4e00-\u9fff]{2,4}\s?)?[（(](?P<n>[^（）()\s]{2,12}(?:报|网|社|新闻|客户端|台|发布|中心))[)）]"
)
# 转载：某地发布; 转载请注明来自某地发布官方微信; 本文转自【某报】; 来源丨某局; *某报独家稿件
_OF_PICTURES = re.compile(r"(?:注明.{0,4}|(?:图片|照片|图|视频|数据)\s{0,2})$")  # not whose report it is
_REPRINTED = (
    re.compile(r"[（(]?(?P<n>新华社|中新社)[\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日电"),
    re.compile(r"(?<!请)转载[：:]\s*(?P<n>[\u4e00-\u9fff]{2,10}?)(?=声明|编辑|作者|责|\s|$)"),
    re.compile(
        r"转载请注明(?:来自|来源|出自)[：:]?(?P<n>[\u4e00-\u9fff]{2,10}?)(?=官方|微信|公众号|网站|\s|$)"
    ),
    re.compile(r"本文(?:转自|来源于|来自)[【“：:]?(?P<n>[\u4e00-\u9fff]{2,14}?)(?=[】”。，\s]|$)"),
    re.compile(r"(?<!图片)来源[丨｜|]\s?(?P<n>[\u4e00-\u9fff]{2,14})"),
    re.compile(r"\*\s?(?P<n>[\u4e00-\u9fff]{2,6})独家稿件"),
    re.compile(rf"(?P<n>{MEDIA})通讯员"),
)


def _named(cut: list[str], joined: str) -> re.Match[str] | None:
    """「来源：某某」 of the report, not of its pictures: 图片来源, also where 图片 was cut apart from it."""
    pictures = any(_OF_PICTURES.search(text) for text in cut)
    for named in SOURCE.finditer(joined):
        begins = named.start() == 0 or joined[named.start() - 1] == "\n"
        if not _OF_PICTURES.search(joined, 0, named.start()) and not (pictures and begins):
            return named
    return None


_HEADLINE = re.compile(
    r"原标题\s*(?:为\s*)?[：:]?\s*《(?P<t>[^》]{6,80})》|[（(]\s*原标题[：:](?P<u>[^（）()《》]{6,60})[)）]"
)


def read_credits(cut: list[str], found: Found) -> None:
    """Source and date in what was cut, the most explicit first; the title where it stands only there."""
    joined = "\n".join(cut)
    headline = _HEADLINE.search(joined) if found.title is None else None
    found.title = (headline["t"] or headline["u"]) if headline else found.title
    named = _named(cut, joined)
    if named and not found.explicit:
        found.source = source_name(named["name"]) or found.source
    paper = _PAPER.search(joined)
    if paper:
        found.offer_source(paper["n"])
        found.offer_date(paper["d"])
    for text in cut:
        bracket, credited = _BRACKETED_MEDIUM.match(text), _CREDITED.search(text)
        found.offer_source(bracket["n"] if bracket else (credited["m"] if credited else None))
        read_signature(text, found)
    app = _APP.search(joined)
    found.offer_source(app["n"] if app else None)
    for pattern in _REPRINTED:
        medium = pattern.search(joined)
        found.offer_source(medium["n"] if medium else None)
