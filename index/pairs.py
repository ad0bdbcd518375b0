"""Training pairs made from reports without a writer: what a report says is turned into what one might ask.

Questions written by people teach how people ask; there are never enough of them and they come from one genre.
These pairs add policy and fact questions, so that an adapter does not unlearn them: headings, titles and
named documents become questions about measures, and one figure, body, benefit or way in a sentence becomes
its question word (a cloze; compare Lewis et al. 2019, arXiv:1906.04980).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.load import read_bytes
from corpus.read import read_document
from corpus.types import CleanFile, Report


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the words of the document that answer it."""

    doc: str
    question: str
    evidence: str
    kind: str = "written"


_NUMBER = re.compile(
    r"(?:\d[\d.,]*|百分之[一二三四五六七八九十]+)(?:余|多)?(?:[万亿]?)(?P<unit>元|人次?|户|名|个|件|起|亩|场|公里|吨|家|%|％)"
)
_UNITS = {"%": "百分之多少", "％": "百分之多少"}
_HOW = (
    "{place}如何{x}？",
    "{place}怎么{x}的？",
    "{place}在{x}方面采取了哪些措施？",
    "{place}{x}有哪些具体做法",
    "{x}怎么做",
)
_WHAT = (
    "{place}{x}采取了哪些措施？",
    "{place}是怎么做到{x}的？",
    "{x}的具体做法是什么？",
    "{x}",
    "{place}{x}怎么样了",
)
_DOCUMENT = (
    "《{x}》提出了哪些措施？",
    "《{x}》的主要内容是什么？",
    "{place}《{x}》对此有什么规定？",
    "{x}有哪些要求？",
)
# (kind, pattern with the part that becomes a question word as group x, the question word)
_CLOZES = (
    ("whom", r"由(?P<x>[^，。；、]{4,16}?)(?=牵头|负责|组织实施|主办|承办)", "哪个部门"),
    (
        "benefit",
        r"(?<=[^，。；]{6}给予)(?P<x>[^，。；]{2,30}(?:补贴|补助|奖励|支持|优惠|资助|元))(?=[，。；])",
        "什么支持",
    ),
    ("benefit", r"可(?P<x>(?:享受|申请|领取|减免|免征|延期)[^，。；]{3,30})(?=[，。；])", "享受什么政策"),
    (
        "way",
        r"(?:通过|采取|采用|运用)(?P<x>[^，。；]{4,36}?)(?:等)?(?=方式|形式|渠道|办法|模式|措施|手段)",
        "什么",
    ),
    ("time", r"(?P<x>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?=(?:起|前|至)[^，。；]{5,})", "什么时候"),
    ("list", r"(?<=包括|涵盖|涉及)(?P<x>[^，。；]{2,12}、[^。；]{4,60})(?=[。；])", "哪些"),
    ("where", r"(?<=前往|来到|走进)(?P<x>[^，。；、]{4,14}?)(?=开展|调研|检查|走访|慰问)", "哪里"),
)
# A subject and what is said of it, as encyclopedias ask: the kind of question that an adapter unlearns first.
_SUBJECT = re.compile(
    r"(?P<x>[^，。；：“”《》（）()\s]{2,14}?)(?P<verb>位于|成立于|创立于|毕业于|出生于|坐落于|始建于|建于|主演|执导|分为|属于|起源于|担任|是)"
)
_NO_SUBJECT = re.compile(
    r"^[这那尤由一不没其该本我你他她它也都就还但而如的究现理前最已现就会有并]|[这那也都就还不只仅更正便即又才如]$"
)
_SUBJECT_ASKS = {
    "是": ("是什么？", "是谁？", "是做什么的？"),
    "分为": ("分为哪些？",),
    "担任": ("担任什么职务？",),
}
_SUBJECT_WHERE = ("位于哪里？", "在什么地方？")
_CLAUSE = re.compile(r"[^，。；！？]+[，。；！？]?")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_NAMED = re.compile(r"《([^《》]{6,40}(?:通知|办法|方案|措施|意见|条例|细则|规划|计划))》")
_GOVERNS = re.compile(
    r"社区|街道|乡镇|村民|居民|治理|群众|县委|党支部|印发|通知|办法|实施方案|条例|补贴|申请"
)
_OTHER_NEWS = re.compile(r"IT之家|证券|股份|股价|手机|球员|直播间|车型|楼市|被告|嫌疑人|网友")
_STALE = re.compile(
    r"^(?:(?:截至)?(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?(?:[上下]午)?|近日|日前|同时|此外|其中|目前|随后|据了解|据悉)，?"
)
_NO_QUESTION = re.compile(
    r"记者|通讯员|报道|讯|编辑|广告|来源|我们|[（(][^）)]*$|^[^（(]*[）)]|“[^”]*$|^[^“]*”|\d日"
)
_MEASURE = re.compile(r"[\u4e00-\u9fff]{5,16}")


def governs(text: str) -> bool:
    """Whether a news item is about local governance or policy, by counting words."""
    return len(text) >= 300 and len(_GOVERNS.findall(text[:1500])) >= 6 and not _OTHER_NEWS.search(text)


def shingles(text: str, size: int = 24) -> Iterator[str]:
    """Every stretch of `size` Chinese characters, to tell whether two texts share one."""
    plain = "".join(re.findall(r"[\u4e00-\u9fff]", text))
    return (plain[i : i + size] for i in range(0, max(1, len(plain) - size + 1)))


def make_pairs(doc: str, text: str, rng: random.Random) -> list[Pair]:
    """At most one pair of each kind from a document; none when it can't be read."""
    try:
        file = read_document(read_bytes(text.encode(), f"{doc}.txt"))
    except UnreadableFile:
        return []
    found = [Pair(doc, *rest) for rest in _candidates(file, rng) if _asks(rest[0])]
    rng.shuffle(found)
    return list({pair.kind: pair for pair in found}.values())


def _asks(question: str) -> bool:
    return 10 <= len(question) <= 60 and not _NO_QUESTION.search(question)


def _candidates(file: CleanFile, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    for report, passages in zip(file.reports, file.passages, strict=True):
        place = _place(report, rng)
        if report.title and passages:
            topic = re.sub(r"^[^：]{2,12}：", "", report.title)
            yield rng.choice(_WHAT).format(place=place, x=topic), rng.choice(passages).text, "title"
        for passage in passages:
            measure = re.sub(
                r"^(?:[一二三四五六七八九十]+[是、]|（.+?）|\d+[.、])|[。：，；]$", "", passage.measure or ""
            )
            if _MEASURE.fullmatch(measure):
                yield rng.choice(_HOW).format(place=place, x=measure), passage.text, "measure"
            for name in _NAMED.findall(passage.text):
                yield rng.choice(_DOCUMENT).format(place="", x=name), passage.text, "document"
            for sentence in _SENTENCE.findall(passage.text):
                yield from _clozes(place, sentence, rng)


def keep_pair(doc: str, text: str, rng: random.Random) -> Pair | None:
    """A question about one subject of any news item: what the model should go on answering as it does."""
    found = []
    for sentence in _SENTENCE.findall(re.sub(r"^.{0,60}?正文：", "", text)):
        for match in _SUBJECT.finditer(sentence):
            verb, subject = match["verb"], _STALE.sub("", match["x"])
            if len(subject) < 3 or _NO_SUBJECT.search(subject):
                continue
            asks = _SUBJECT_ASKS.get(verb)
            if asks is None:
                asks = (
                    _SUBJECT_WHERE
                    if verb in ("位于", "坐落于")
                    else (f"{verb}哪里？", f"什么时候{verb[0]}的？")
                )
            found.append((f"{subject}{rng.choice(asks)}", sentence))
        for match in _NUMBER.finditer(sentence):
            word = _UNITS.get(match["unit"], f"多少{match['unit']}")
            found.append((_question("", sentence, match.start(), match.end(), word), sentence))
    found = [
        (asked, said) for asked, said in found if 6 <= len(asked) <= 40 and not _NO_QUESTION.search(asked)
    ]
    return Pair(doc, *rng.choice(found), kind="kept") if found else None


def _place(report: Report, rng: random.Random) -> str:
    levels = [name for name in report.locality.levels if name]
    return rng.choice([*levels, ""]) if levels else ""


def _clozes(place: str, sentence: str, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    for match in _NUMBER.finditer(sentence):
        unit = match["unit"]
        word = _UNITS.get(unit, f"多少{unit}")
        yield _question(place, sentence, match.start(), match.end(), word), sentence, "figure"
    for kind, pattern, word in _CLOZES:
        for match in re.finditer(pattern, sentence):
            yield _question(place, sentence, match.start("x"), match.end("x"), word), sentence, kind


def _question(place: str, sentence: str, start: int, end: int, word: str) -> str:
    """The clause around a span, and the one before it, with the span turned into its question word."""
    clauses = [m.span() for m in _CLAUSE.finditer(sentence)]
    at = next(i for i, (a, b) in enumerate(clauses) if a <= start < b)
    first = clauses[at - 1][0] if at and clauses[at][1] - clauses[at - 1][0] < 60 else clauses[at][0]
    last = next((b for _, b in clauses if b >= end), len(sentence))
    asked = (sentence[first:start] + word + sentence[end:last]).strip("，。；！？ \u3000")
    asked = _STALE.sub("", asked)
    return f"{'' if place in asked else place}{asked}？"


def write_pairs(
    news: Sequence[tuple[str, str]], avoid: Sequence[str], out: Path, most: int, kept: int = 0, seed: int = 20
) -> dict[str, int]:
    """Write `pairs.jsonl` and `reports.jsonl` into `out`; returns how many pairs of each kind were written.

    Args:
        news: (document name, text), taken in a shuffled order.
        avoid: texts that tests use; an item that shares 24 Chinese characters with one is left out.
        out: a folder.
        most: pairs of each kind about governance, at most.
        kept: pairs about anything else (kind `kept`), at most.
        seed: of everything that is drawn.
    """
    rng = random.Random(seed)
    limits: dict[str, int] = {"kept": kept}
    banned = {s for text in avoid for s in shingles(text)}
    pairs: list[Pair] = []
    reports: dict[str, str] = {}
    counts: dict[str, int] = {}
    for doc, text in rng.sample(list(news), len(news)):
        for pair in _of_item(doc, text, rng, counts.get("kept", 0) < kept):
            if counts.get(pair.kind, 0) < limits.get(pair.kind, most) and banned.isdisjoint(shingles(text)):
                counts[pair.kind] = counts.get(pair.kind, 0) + 1
                pairs.append(pair)
                reports[doc] = text
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "pairs.jsonl", [asdict(pair) for pair in pairs])
    _write(out / "reports.jsonl", [{"doc": doc, "text": text} for doc, text in reports.items()])
    return counts


def _of_item(doc: str, text: str, rng: random.Random, keep: bool) -> list[Pair]:
    if governs(text):
        return make_pairs(doc, text, rng)
    pair = keep_pair(doc, text, rng) if keep and len(text) >= 300 else None
    return [pair] if pair else []


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
