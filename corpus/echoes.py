"""What a page prints twice: a summary above its text, captions that say what the text says."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.editor import Editor
from corpus.types import Span

_SENTENCE_BEGINS = re.compile(r"(?<=[。！？])[ \u3000\xa0]*(?=[^\s。！？”）)])")
_ECHO = 24  # characters that show that sentences said before may begin again
_SHORTEST_ECHO, _FARTHEST_ECHO = 40, 1200


def cut_doubled(editor: Editor, region: Span | None) -> None:
    """Cut sentences printed twice, one copy right behind the other: a page's summary and its first lines.

    What stands there a third time is a refrain or a form.
    """
    view = editor.view(region)
    text = view.text
    parts: list[tuple[Span, str]] = []
    done = 0
    for match in _SENTENCE_BEGINS.finditer(text):
        at = match.end()
        begun = text.rfind(text[at : at + _ECHO], max(done, at - _FARTHEST_ECHO), at)
        said = text[begun:at].rstrip() if begun >= 0 else ""
        twice = len(said) >= _SHORTEST_ECHO and text.startswith(said, at)
        if twice and not text.startswith(said, at + len(said)) and not text.endswith(said, 0, begun):
            done = at + len(said)
            parts.append((Span(at, done), "重复段落"))
    editor.cut_parts(view, parts)


# a short sentence without a pause, as captions are, glued to its neighbours as on a page that lost its lines
_SHORT = re.compile(
    r"(?:^|(?<=[。！？])|(?<=[。！？]”))(?P<s>(?:[^，。、；：！？\s“”]|“[^“”]{1,24}”|《[^》]{2,30}》){6,46})。(?=[\u4e00-\u9fff\d“]|$)"
)
_TELLS = re.compile(
    r"[了着我你他她]|表示|介绍|说|这|该|主持|出席|^会议|^[（(]?[一二三四五六七八九十\d]{1,3}[、.．）)是要]"
)
# what is done, without who does it: a heading, which its introduction may name as well
_MEASURE = re.compile(
    r"(?:[“‘]?(?:打造|构建|建设|推[进动行广]|加[快强大]|深[化入]|完善|优化|强化|提[升高]|健全|落实|做[好强优实]|发展|实施|扩大|促进|培育"
    r"|壮大|保障|持续|大力|全面|积极|稳步|扎实|着力|坚持|抓[好实]|严格|创新|拓展|激[发活]|增强|统筹|聚焦|找准|连接|织密|筑牢|搭建|建立"
    r"|突出|依托|凝聚|汇聚|守护|服务|开展|用[好心]|紧[扣盯]|围绕|[以让用将把从抓强优聚赋树兴])|第[一二三四五六])"
)
_PARTED = re.compile(r"[。！？”][ \u3000\xa0]")  # a text that has kept its lines' ends has its captions apart
_MOST_PARTED = 2
_SHORTEST = 12  # characters of a caption; what has fewer may be told again by chance
_NEAR = 300  # characters in which the text tells what its picture shows
_SHOWN = re.compile(r"(?:成立)?(?:现场|举行|活动|仪式|合影)?")
_REFRAIN = 3  # times that pages print one caption below several pictures


def cut_told_again(editor: Editor, region: Span) -> None:
    """Cut captions that the text beside them says word for word, or that stand under several pictures."""
    view = editor.view(region)
    text = view.text
    if "\n" in text.strip() or len(_PARTED.findall(text)) > _MOST_PARTED:
        return
    found = [
        match
        for match in _SHORT.finditer(text)
        if len(match["s"]) >= _SHORTEST and not _TELLS.search(match["s"]) and not _MEASURE.match(match["s"])
    ]
    words = [match["s"] for match in found]
    edges = [0, *(at for match in found for at in match.span()), len(text)]
    rest = "|".join(text[a:b] for a, b in list(pairwise(edges))[::2])
    parts = []
    for match in found:
        near = (
            text[max(0, match.start() - _NEAR) : match.start()]
            + "|"
            + text[match.end() : match.end() + _NEAR]
        )
        if words.count(match["s"]) >= _REFRAIN or _told(match["s"], near, rest):
            parts.append((Span(*match.span()), "图片说明"))
    editor.cut_parts(view, parts)


def _told(words: str, near: str, rest: str) -> bool:
    """Whether all of a caption but its first or last words stands near, in what is no caption itself."""
    least = -(-len(words) * 4 // 5)
    for start in range(len(words) - least + 1):
        for end in range(len(words), start + least - 1, -1):
            if _SHOWN.fullmatch(words[end:]) and words[start:end] in near and words[start:end] in rest:
                return True
    return False
