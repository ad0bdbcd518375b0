"""Answer metrics: what an answer says, quotes and cites, against the gold and against the raw files.

Evidence, facts, cited gold and places follow the definitions of the howto referee; documents are compared by
their path relative to the corpus folder.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from eval.types import Item, Json

Raw = Callable[[str], str | None]  # document → its raw text, None where there is no such document

COVERED = 0.6  # share of a snippet's characters that cited spans must cover
_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(r"[\r\n]+")
_LEVEL = re.compile(r"(省|市|自治区|县|区)$")
_OPENING = 200  # characters in which a report names the place it is about


def squeeze(text: str | None) -> str:
    """Without white space."""
    return _SPACE.sub("", text or "")


def locate(snippet: str, raw: str) -> tuple[int, int] | None:
    r"""Where a snippet stands in a raw text: as it is, else with line breaks and spaces left out of both.

    >>> locate("网格员", "每名网格\n员巡查")
    (2, 6)
    """
    at = raw.find(snippet)
    if at >= 0:
        return at, at + len(snippet)
    offsets = [offset for offset, char in enumerate(raw) if not char.isspace()]
    wanted = squeeze(snippet)
    at = "".join(raw[offset] for offset in offsets).find(wanted)
    return (offsets[at], offsets[at + len(wanted) - 1] + 1) if at >= 0 and wanted else None


def evidence_recall(item: Item, citations: Sequence[Json], raw: Raw) -> float | None:
    """Share of the gold snippets (grade ≥ 2) of which at least 60 % of the characters lie in cited raw spans.

    None where the gold has no such snippet.
    """
    spans = defaultdict(list)
    for cite in citations:
        spans[cite["doc"]].append((cite["raw_start"], cite["raw_end"]))
    found = []
    for gold in item.gold:
        if gold.grade >= 2:
            text = raw(gold.doc) or ""
            found += [_covered(locate(snippet, text), spans[gold.doc]) for snippet in gold.evidence]
    return sum(found) / len(found) if found else None


def _covered(span: tuple[int, int] | None, cited: Iterable[tuple[int, int]]) -> bool:
    if span is None:
        return False
    within = {at for a, b in cited for at in range(max(a, span[0]), min(b, span[1]))}
    return len(within) / (span[1] - span[0]) >= COVERED


def fact_recall(facts: Sequence[str], text: str, quotes: Iterable[str]) -> float | None:
    """Share of the key facts in the answer or its quotes, white space aside; None without facts."""
    if not facts:
        return None
    said = squeeze(text + "".join(quotes))
    return sum(squeeze(fact) in said for fact in facts) / len(facts)


def quote_is_valid(cite: Json, raw: str | None) -> bool:
    """Whether a quote is what stands in the raw file at its offsets once line breaks are taken out."""
    if raw is None or not cite.get("quote"):
        return False
    start, end = cite["raw_start"], cite["raw_end"]
    inside = 0 <= start < end <= len(raw)
    return inside and _BREAKS.sub("", raw[start:end]) == _BREAKS.sub("", cite["quote"])


def quote_validity(citations: Sequence[Json], raw: Raw) -> float | None:
    """Share of the citations whose quote is valid; None without citations."""
    if not citations:
        return None
    return sum(quote_is_valid(cite, raw(cite["doc"])) for cite in citations) / len(citations)


def cited_gold(item: Item, citations: Sequence[Json]) -> float | None:
    """Citation precision: share of the cited documents that are gold (a lower bound: gold may lack some)."""
    cited = {cite["doc"] for cite in citations}
    return len(cited & item.grades.keys()) / len(cited) if cited else None


def place_violated(item: Item, citations: Sequence[Json], raw: Raw) -> bool:
    """Whether an answer cites a report that breaks the place asked for.

    An exclusion is broken by a report about the excluded place (its own place, or named in its first 200
    characters); a region by one that neither names it nor lies in it. Gold documents break neither.
    """
    name = _LEVEL.sub("", item.region or "")
    if not name:
        return False
    return any(_breaks(item, cite, name, raw) for cite in citations if cite["doc"] not in item.grades)


def _breaks(item: Item, cite: Json, name: str, raw: Raw) -> bool:
    text = raw(cite["doc"]) or ""
    place = squeeze("".join(str(level or "") for level in (cite.get("locality") or {}).values()))
    if item.type == "exclude":
        return name in place or name in text[:_OPENING]
    return name not in text and name not in place


def answer_recall(answers: Sequence[str], item: Item, citations: Sequence[Json]) -> float | None:
    """ROUGE-L recall of the reference answer in the quotes of gold documents, the best of several references.

    Longest common subsequence over the reference's length, in characters (Lin, "ROUGE", ACL Workshop 2004);
    at most 400 characters of the reference and 3,000 of the quotes.
    """
    if not answers:
        return None
    said = "".join(squeeze(cite.get("quote")) for cite in citations if cite["doc"] in item.grades)[:3000]
    return max(_lcs_share(squeeze(answer)[:400], said) for answer in answers)


def _lcs_share(gold: str, said: str) -> float:
    return longest_common_subsequence(gold, said) / len(gold) if gold else 0.0


def longest_common_subsequence(a: str, b: str) -> int:
    """Its length, by bit-parallel dynamic programming.

    Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004.

    >>> longest_common_subsequence("红色物业", "红的物和业")
    3
    """
    where: dict[str, int] = defaultdict(int)
    for at, char in enumerate(a):
        where[char] |= 1 << at
    full = (1 << len(a)) - 1
    row = full
    for char in b:
        same = row & where.get(char, 0)
        row = ((row + same) | (row - same)) & full
    return len(a) - row.bit_count()
