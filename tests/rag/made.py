"""Invented reports for the tests of this room: hits, citations and small stores."""

from __future__ import annotations

from pathlib import Path

from corpus.read import read_all
from corpus.types import Locality, Passage, Span
from index.embedder import FakeEmbedder
from index.store import LocalStore
from index.types import ReportHead, StoredPassage
from rag.types import Found, Hit, Intent, Question

LIUHE = Locality("江苏省", "南京市", "六合区")
KAIPING = Locality("广东省", "江门市", "开平市")
LIUHE_TEXT = (
    "近年来，六合区坚持问题导向。组建“红管家”服务队，由社区党支部牵头，联合物业、业委会每月召开一次议事会，"
    "解决停车难、飞线充电等问题320余件。印发《小区议事规则》，明确“提、议、办、评”四个步骤。"
    "累计投入资金46万元，改造车棚12处。居民张大爷说：“现在有事有人管。”"
)
KAIPING_TEXT = (
    "开平市推行“红管家”进小区，选派机关党员担任楼长。该市建立积分制，居民参与议事可兑换生活用品，已有2600户参加。"
    "设立议事会18个，协商解决加装电梯、停车等事项97件。"
)
RELAY = "社区设立代收点，由网格员每天登记快件，按楼栋分放，逾期未取的逐户打电话提醒。"
DOG_TEXT = "公园里的樱花开了，游客很多。气温回升，适合出行。"


def hit(
    text: str,
    place: Locality,
    *,
    name: str = "甲.txt",
    score: float = 0.9,
    dense: float = 0.9,
    measure: str | None = None,
    number: int = 1,
    raw_start: int = 0,
    breaks: tuple[tuple[int, int], ...] = (),
    cuts: tuple[int, ...] = (),
    headings: tuple[str, ...] = (),
) -> Hit:
    """A hit on a report that is one passage."""
    head = ReportHead(
        f"{name}#1", name, None, f"{place.name or name}的报告", True, place, (), "2024-05-01", "某报", number
    )
    end = raw_start + len(text) + sum(gap for _, gap in breaks)
    passage = Passage(
        passage=f"{name}#1:{number}",
        report=f"{name}#1",
        doc=name,
        text=text,
        span=Span(0, len(text)),
        raw_span=Span(raw_start, end),
        heading_path=headings,
        cuts=cuts,
        breaks=breaks,
        measure=measure,
    )
    return Hit(StoredPassage(number, passage, head), score, dense, score)


def question(asked: str, intent: Intent = Intent.HOW, **more: object) -> Question:
    """A question as if understood."""
    return Question(asked=asked, standalone=asked, topic=asked, intent=intent, **more)  # type: ignore[arg-type]


def found(*hits: Hit) -> Found:
    """An outcome of retrieval."""
    return Found(tuple(hits), len(hits), len(hits))


FILES = {
    "六合.txt": "六合区：红管家进小区\n\n江苏省南京市六合区\n\n2024-05-01\n\n"
    + LIUHE_TEXT.replace("六合区坚持", "江苏省南京市六合区坚持"),
    "开平.txt": "开平市：议事会里好商量\n\n" + KAIPING_TEXT.replace("开平市推行", "广东省江门市开平市推行"),
    "樱花.txt": "公园赏花\n\n" + DOG_TEXT,
}


def write_files(folder: Path) -> Path:
    """The invented reports as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def write_store(folder: Path) -> Path:
    """A store of them, made with the fake model."""
    with LocalStore.open(folder / "store", FakeEmbedder(), create=True) as store:
        store.add(list(read_all([write_files(folder / "报告")])))
    return folder / "store"
