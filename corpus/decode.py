"""From bytes to characters: what the text files of a county office are saved in.

A byte-order mark stays one character, so that raw offsets can be checked against the file.
"""

from __future__ import annotations

import re

from corpus.errors import UnreadableFile

_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PAIR = re.compile(rb"([\xa1-\xf7])[\xa1-\xfe]")  # a character of GB 2312, of which the first byte
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_ODD = re.compile(r"[\ufffd\ue000-\uf8ff]")  # lost characters, and those of symbol fonts (bullets)
_DIRT, _ODD_SHARE = (
    200,
    8,
)  # one control character in 200, one lost or symbol character in 8: more is not text


def decode(data: bytes, doc: str) -> str:
    """Bytes to characters: UTF-8, UTF-16, GB18030, or line by line where a file mixes them.

    A byte that no encoding explains becomes U+FFFD.

    Raises:
        UnreadableFile: the bytes are not text.

    >>> decode("\ufeff治理".encode("utf-8"), "a.txt"), decode("联通".encode("gbk"), "a.txt")
    ('\ufeff治理', '联通')
    """
    text = _utf16(data) or _utf8(data) or _gb18030(data) or _by_line(data)
    control, odd = len(_CONTROL.findall(text)), len(_ODD.findall(text))
    if control * _DIRT > len(text) + _DIRT or odd * _ODD_SHARE > len(text) + _DIRT:
        raise UnreadableFile(f"{doc}：不是文本文件（含二进制内容）。", "请确认文件格式后重新导出为 .txt。")
    return text


def lost(text: str) -> tuple[str, ...]:
    """A problem line when characters could not be decoded."""
    count = text.count("\ufffd")
    return (f"有 {count} 个字符无法识别，显示为 \ufffd。",) if count else ()


def _utf16(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[: len(data) // 2 * 2].decode(encoding, errors="replace")
    if b"\x00" not in data[:4096] or len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):  # without a mark: its line breaks and digits hold zero bytes
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = sum(1 for c in text[:4000] if _HAN.match(c) or " " <= c <= "~" or c in "\r\n\t“”‘’—…·")
        if plain >= 0.95 * len(text[:4000]):
            return text
    return None


def _utf8(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text.isascii() and not _HAN.search(text):  # 「联通」 in GBK happens to be valid UTF-8
        other = _gb18030(data)
        if other and len(_HAN.findall(other)) * 4 > len(other):
            return other
    return text


def _gb18030(data: bytes) -> str | None:
    """Whole-file GB18030, unless some line is Chinese in UTF-8."""
    if any(_is_utf8_chinese(line) for line in data.splitlines()):
        return None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _is_utf8_chinese(line: bytes) -> bool:
    try:
        return len(_HAN.findall(line.decode("utf-8"))) >= 2
    except UnicodeDecodeError:
        return False


def _by_line(data: bytes) -> str:
    """For files whose parts were saved in different encodings, and for torn characters."""
    return "".join(_line(line) for line in data.splitlines(keepends=True))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        readings = (line.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030"))
    return max(readings, key=_plausible)


def _plausible(text: str) -> int:
    """Common Chinese characters (level 1 of GB 2312, 3,755 of them) less the lost ones."""
    leads: list[bytes] = _PAIR.findall(text.encode("gb2312", errors="ignore"))
    return sum(b"\xb0" <= lead <= b"\xd7" for lead in leads) - text.count("\ufffd")
