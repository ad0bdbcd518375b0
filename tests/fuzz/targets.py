"""What is fuzzed: loaders with the cleaner, the reading of questions, and the bodies of the HTTP API.

Each target takes bytes and raises `Finding` on a crash, or when one input took more than five seconds of
processor time. Errors for the user (TashanError) are what should happen.
"""

from __future__ import annotations

import io
import json
import resource
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from corpus.errors import TashanError
from corpus.load import read_bytes, suffixes
from corpus.read import read_document
from tests.fuzz.making import MOST, Feed, body, text

SLOWEST = 5.0  # seconds of processor time for 1 MB
SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"
_PLAIN = (".txt", ".md", ".html", ".csv", ".tsv", ".jsonl")


class Finding(Exception):  # noqa: N818
    """A crash, a hang or a broken promise."""


def timed(what: str, act: Callable[[], object]) -> None:
    """Run something once; processor time counts, other programs on the machine don't."""
    before = _spent()
    act()
    if _spent() - before > SLOWEST:
        raise Finding(f"{what}: {_spent() - before:.1f} s")


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# ---- files


@cache
def _office() -> dict[str, bytes]:
    """A small file of each packed format, to be damaged from within and without."""
    out = {}
    for ending, make in (("docx", _docx), ("xlsx", _xlsx), ("pptx", _pptx)):
        out[f".{ending}"] = make()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲.txt", "甲县推行积分制。" * 20)
    out[".zip"] = packed.getvalue()
    from tests.fuzz.pdf import small

    out[".pdf"] = small()
    return out


def _docx() -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("甲县：红色物业", 1)
    made.add_paragraph("甲县推行积分制，村民用积分换取用品。")
    made.add_table(2, 2).cell(0, 0).text = "格"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["标题", "正文", "日期"], ["甲县", "甲县推行积分制，村民用积分换取用品。", "2023-08-01"]):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _pptx() -> bytes:
    import pptx

    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = "甲县：红色物业"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _damaged(feed: Feed, data: bytes) -> bytes:
    """A packed file with some bytes changed, or with one of its parts replaced by a made text."""
    if feed.byte() % 2 and data[:2] == b"PK":
        return _repacked(feed, data)
    out = bytearray(data)
    for _ in range(1 + feed.byte() % 12):
        at = feed.number(len(out) - 1)
        out[at : at + feed.byte() % 4] = feed.take(feed.byte() % 6)
    return bytes(out)


def _repacked(feed: Feed, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        chosen = feed.pick(names)
        for name in names:
            part = old.read(name)
            if name == chosen:
                at = feed.number(len(part))
                made = text(feed, MOST // 2).encode("utf-8", "replace")
                part = part[:at] + made + part[at + feed.number(40) :]
            new.writestr(name, part)
    return out.getvalue()


def made_file(data: bytes) -> tuple[str, bytes]:
    """A file's name and bytes."""
    feed = Feed(data)
    kind = feed.byte()
    if kind < 170:
        ending = feed.pick(_PLAIN)
        whole = text(feed)
        if ending == ".jsonl" and kind % 2:
            whole = "\n".join(json.dumps({"title": part[:40], "text": part}) for part in whole.split("\n"))
        encoding = ("utf-8", "utf-8", "gb18030", "utf-16", "utf-8-sig")[kind % 5]
        return f"a{ending}", whole.encode(encoding, "replace")[:MOST]
    if kind < 230:
        ending = feed.pick(sorted(_office()))
        return f"a{ending}", _damaged(feed, _office()[ending])
    return f"a{feed.pick(sorted(suffixes()))}", feed.rest()


def loaders(data: bytes) -> None:
    """Any file is read, or refused with a reason; what is read keeps the promises of its spans."""
    name, content = made_file(data)
    try:
        timed(f"{name} {len(content)} B", lambda: _read(content, name))
    except TashanError:
        return


def _read(content: bytes, name: str) -> None:
    from corpus import archive

    if name.endswith(".zip"):
        for inner, member in archive.members(content, name):
            if isinstance(member, bytes):
                _clean(member, inner)
        return
    _clean(content, name)


def _clean(content: bytes, name: str) -> None:
    try:
        document = read_bytes(content, name)
    except TashanError:
        return
    file = read_document(document)
    for report, passages in zip(file.reports, file.passages, strict=True):
        if report.text != "".join(run.of(document.raw) for run in report.runs) and not report.runs:
            raise Finding(f"{name}: a text without runs")
        for passage in passages:
            if passage.span.of(report.text) != passage.text:
                raise Finding(f"{name}: a passage is not its span")


# ---- questions


@cache
def _heads() -> tuple[object, ...]:
    return tuple(_service().heads())


def question(data: bytes) -> None:
    """Any text is understood as a question, or refused with a reason."""
    from rag.question import understand

    feed = Feed(data)
    parts = [text(Feed(feed.take(feed.number(300))), 30_000) for _ in range(1 + feed.byte() % 3)]
    places = [text(Feed(feed.take(feed.number(12))), 200) for _ in range(feed.byte() % 3)]
    asked = text(feed)

    def act() -> None:
        try:
            understand(asked, history=parts, include=places[:1], exclude=places[1:], known=_heads())  # type: ignore[arg-type]
        except TashanError:
            return

    timed(f"question of {len(asked)}", act)


# ---- the API

FIELDS = (
    "question", "theme", "history", "include", "exclude", "places", "home", "k", "llm", "since", "until",
    "themes", "stream", "docs", "years", "province", "cited",
)  # fmt: skip


@cache
def _service():  # type: ignore[no-untyped-def]
    """The example reports behind the fake model."""
    from index.build import build
    from index.embedder import FakeEmbedder
    from index.store import LocalStore
    from rag.config import Settings
    from rag.service import Service

    folder = Path(tempfile.mkdtemp(prefix="tashan-fuzz-"))
    store = LocalStore.open(folder / "store", FakeEmbedder(), create=True)
    build(store, [SAMPLE], lambda *_: None)
    return Service(Settings(store=folder / "store", model="fake"), store)


@cache
def _client():  # type: ignore[no-untyped-def]
    from fastapi.testclient import TestClient

    from rag import api

    return TestClient(api.create(_service()), raise_server_exceptions=True)


def bodies(data: bytes) -> None:
    """Any body is answered, or refused with a status below 500 and a reason in Chinese."""
    feed = Feed(data)
    path = feed.pick(("/api/ask", "/api/ask", "/api/search", "/api/compare"))
    accept = feed.pick(("application/json", "text/event-stream", "*/*"))
    content = body(feed, FIELDS)

    def act() -> None:
        headers = {"Content-Type": "application/json", "Accept": accept}
        answer = _client().post(path, content=content, headers=headers)
        if answer.status_code >= 500:
            raise Finding(f"{path} {answer.status_code}: {answer.text[:300]}")
        if answer.status_code >= 400 and not any("\u4e00" <= sign <= "\u9fff" for sign in answer.text):
            raise Finding(f"{path} {answer.status_code} without a reason: {answer.text[:300]}")

    timed(f"{path} {len(content)} B", act)


TARGETS: dict[str, Callable[[bytes], None]] = {"loaders": loaders, "question": question, "bodies": bodies}
