"""Cleaned files made by hand, so that tests of the index need no cleaning."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from corpus.types import (
    NOWHERE,
    CleanFile,
    Document,
    Locality,
    Passage,
    Record,
    Removal,
    Report,
    Runs,
    Section,
    Span,
)

LIAONING = Locality("辽宁省", "阜新市", "彰武县")
FUXIN = Locality("辽宁省", "阜新市", "阜新蒙古族自治县")
SHANDONG = Locality("山东省", "济南市", "历下区")
BEIJING = Locality("北京市", None, "东城区", "东华门街道")
PLACES = (LIAONING, FUXIN, SHANDONG, BEIJING, NOWHERE)

TOPICS = (
    "红色物业共议事，党员带头解决停车难。",
    "积分制管理，村民用积分换取生活用品。",
    "网格员上门走访，排查安全隐患并登记台账。",
    "老旧小区加装电梯，居民协商分摊费用。",
    "养老服务驿站提供助餐助浴服务。",
    "调解室化解邻里纠纷，做到小事不出村。",
    "志愿者清理河道垃圾，改善人居环境。",
    "代办员帮助老人办理证件，让群众少跑腿。",
)
_NOISE = "责任编辑：无名"


def filed(
    doc: str,
    lines: Sequence[str],
    place: Locality = LIAONING,
    *,
    date: str | None = "2023-08-01",
    title: str | None = "基层治理经验",
    also: tuple[Locality, ...] = (),
) -> CleanFile:
    """A file with one report, one passage a line, and a removed last line."""
    text = "\n".join(lines)
    raw = f"{text}\n{_NOISE}"
    data = raw.encode("utf-8", "surrogatepass")
    whole = Span(0, len(text))
    report = Report(
        f"{doc}#1", doc, title, text, Runs([whole]), place, also, ("某地",), date, "某日报",
        (Section(lines[0], 1, whole, Span(len(lines[0]), len(text))),),
    )  # fmt: skip
    passages, at = [], 0
    for number, line in enumerate(lines, start=1):
        span = Span(at, at + len(line))
        passages.append(
            Passage(
                f"{doc}#1:{number}",
                report.report,
                doc,
                line,
                span,
                span,
                ("主要做法",),
                (1,),
                ((1, 2),),
                "举措",
            )
        )
        at += len(line) + 1
    document = Document(
        doc, hashlib.sha256(data).hexdigest(), "text/plain", raw, data,
        (Record(Span(0, len(raw)), (Span(0, len(raw)),), (("title", "表题"),)),), ((1, Span(0, 4)),),
    )  # fmt: skip
    removed = (Removal(Span(len(text) + 1, len(raw)), "编辑署名", _NOISE),)
    return CleanFile(document, (report,), (tuple(passages),), removed)


def some(count: int, seed: int = 0) -> list[CleanFile]:
    """Different files over all places and years, with and without a date."""
    draw = random.Random(seed)
    out = []
    for number in range(count):
        lines = [
            f"{draw.choice(TOPICS)}第{number}号做法，涉及{draw.randrange(1000)}户。"
            for _ in range(draw.randrange(1, 4))
        ]
        date = draw.choice(("2020", "2021-05", "2023-08-01", None))
        also = (draw.choice(PLACES),) if draw.random() < 0.2 else ()
        out.append(filed(f"file{number:03}.txt", lines, draw.choice(PLACES), date=date, also=also))
    return out
