"""Text for files that office programs open: what is hostile in it stays text."""

from __future__ import annotations

import math
import re
import unicodedata

# What XML 1.0 does not allow (a file with it is "damaged"), and what reverses the text that follows it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # office programs fold the full-width ones
_MARKUP = re.compile(r"([\\`*<>\[\]|~#&!$]|(?<![^\W_])_|_(?![^\W_]))")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s|$)")
_BROAD = frozenset("ABCDEFGHKMNOPQRSTUVWXYZmw@%&+<>=~")
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]?[”’）》]*")


def plain(text: str) -> str:
    r"""Text without characters that a document can't hold; line ends are ``\n``.

    >>> plain("a\x00b\r\nc\ud800")
    'ab\nc'
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """Text on one line."""
    return " ".join(plain(text).split())


def cell(text: str) -> str:
    r"""Text for a cell: what a program could take for a formula gets an apostrophe in front (OWASP).

    >>> cell("=1+1"), cell("\t@x"), cell("积分制")
    ("'=1+1", "'@x", '积分制')
    """
    safe = plain(text).strip()
    return "'" + safe if safe.startswith(_FORMULA) else safe


def markdown(text: str) -> str:
    r"""Text on one line with every character that Markdown or HTML could act on escaped.

    >>> print(markdown("[点我](javascript:alert(1)) <b> www.a.cn"))
    \[点我\](javascript:alert(1)) \<b\> www\.a.cn
    """
    safe = _MARKUP.sub(r"\\\1", line(text))
    safe = safe.replace("://", "\\://").replace("www.", "www\\.").replace("@", "\\@")
    return _LIST.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", safe)


# --- how much room text takes ----------------------------------------------------------------------------


def width(text: str) -> float:
    """Width in ems, rather too wide than too narrow: a Chinese character is 1.

    >>> width("积分制"), width("ab"), width("MW")
    (3.0, 1.2, 2.0)
    """
    return sum(1.0 if c in _BROAD or unicodedata.east_asian_width(c) in "WFA" else 0.6 for c in text)


def lines(text: str, ems: float) -> int:
    r"""Lines that text takes in a column of so many ems; a line may end a little early.

    >>> lines("一二三四五六", 4), lines("一\n二", 4)
    (2, 2)
    """
    room = max(ems - 0.5, 1.0)
    return sum(max(1, math.ceil(width(part) / room)) for part in text.split("\n"))


def chunks(text: str, ems: float, most: int) -> list[str]:
    """Text cut into parts of at most `most` lines each: at the end of a sentence where there is one.

    >>> chunks("一二三。四五六。", 5, 1)
    ['一二三。', '四五六。']
    >>> "".join(chunks("长" * 50, 10, 2)) == "长" * 50
    True
    """
    parts: list[str] = []
    for sentence in filter(None, _SENTENCE.findall(text)):
        if parts and lines(parts[-1] + sentence, ems) <= most:
            parts[-1] += sentence
        else:
            parts.extend(_hard(sentence, ems, most))
    return parts or [text]


def _hard(sentence: str, ems: float, most: int) -> list[str]:
    """A sentence that does not fit, cut where the room ends."""
    parts = [""]
    for char in sentence:
        if parts[-1] and lines(parts[-1] + char, ems) > most:
            parts.append("")
        parts[-1] += char
    return parts
