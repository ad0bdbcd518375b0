"""Every statement against what it cites, whoever wrote it.

A verbatim quote is true by construction once its offsets are. Anything else has to earn it: figures with
their units and hedges, dates, places, 《documents》 and “names” must stand in what is cited, negations must
be those of the source, the place must be the source's place, and no word that tells something may be new.
What fails is marked, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.gazetteer import gazetteer
from corpus.types import Locality
from rag.figures import Figure, figures
from rag.novelty import new_words, telling
from rag.sentences import fold
from rag.types import Citation, Statement

_MARKS = re.compile(r"\[\d+(?:[,，、]\s*\d+)*\]|【\d+】|〔[^〕]*〕")  # [n] and what we supplied ourselves


@dataclass(frozen=True, slots=True)
class Support:
    """What a statement's citations say, folded for comparing."""

    quotes: tuple[str, ...]
    about: str  # titles, dates, names of the places
    places: tuple[Locality, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join((*self.quotes, self.about))


def support(citations: Sequence[Citation]) -> Support:
    """What `citations` say together."""
    about = [
        word for c in citations for word in (*c.locality.levels, c.title, _spoken(c.date), c.source) if word
    ]
    about += [c.locality.name for c in citations if c.locality.name]
    return Support(
        tuple(fold(c.quote) for c in citations), fold("|".join(about)), tuple(c.locality for c in citations)
    )


def _spoken(date: str | None) -> str:
    """2023-08-11 as 2023年8月11日.

    >>> _spoken("2023-08-11"), _spoken("2023"), _spoken(None)
    ('2023年8月11日', '2023年', '')
    """
    parts = (date or "").split("-")
    return "".join(
        f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False) if part.isdigit()
    )


def problems(text: str, citations: Sequence[Citation], credit: bool = False) -> tuple[str, ...]:
    """What is wrong with a statement, in Chinese; empty if it stands.

    Args:
        text: the statement, with or without its [n].
        citations: what it cites.
        credit: hold the source's own words to the place that they open with, too: where nothing beside them
            says whose they are, a sentence of one place's report on another must not pass as the other's.
    """
    said = _MARKS.sub("", text).strip()
    if not citations:
        return ("没有出处",)
    backing = support(citations)
    plain = fold(said)
    if any(stands_in(plain, quote) for quote in backing.quotes):
        return tuple(dict.fromkeys(_place_problems(said, backing))) if credit else ()
    found = (
        *_figure_problems(plain, backing),
        *_name_problems(said, backing),
        *_place_problems(said, backing),
        *_negation_problems(plain, backing),
        *(f"“{run}”不在出处中" for run in new_words(plain, backing.text, backing.about.split("|"))),
    )
    return tuple(dict.fromkeys(found))


def checked(
    statements: Sequence[Statement], citations: Sequence[Citation], credit: bool = False
) -> tuple[Statement, ...]:
    """The statements, each marked as verified or not, with the reason. `credit` as in `problems`."""
    by_number = {c.n: c for c in citations}
    return tuple(_checked(statement, by_number, credit) for statement in statements)


def _checked(statement: Statement, by_number: Mapping[int, Citation], credit: bool) -> Statement:
    missing = [n for n in statement.citations if n not in by_number]
    if missing:
        return replace(statement, verified=False, note=f"引用了不存在的出处[{missing[0]}]")
    wrong = problems(statement.text, [by_number[n] for n in statement.citations], credit)
    return replace(statement, verified=not wrong, note="；".join(wrong))


def stands_in(said: str, quote: str) -> bool:
    """Whether whole clauses of `quote`, both folded, are what is said: a part of one may say the contrary.

    >>> stands_in("三天办结。", "一般的事，三天办结"), stands_in("三天办结。", "未能三天办结")
    (True, False)
    """
    core = re.sub(r"^\W+|\W+$", "", said)
    return re.search(rf"(?:^|\W){re.escape(core)}(?:\W|$)", quote) is not None


# --- figures and dates ---------------------------------------------------------------------------------

_SAME_HEDGE = {
    "超": "超过",
    "逾": "超过",
    "达到": "",
    "达": "",
    "不到": "不足",
    "至少": "不少于",
    "最多": "最高",
}


def _figure_problems(plain: str, backing: Support) -> Iterator[str]:
    held = [(figure, text) for text in (*backing.quotes, backing.about) for figure in figures(text)]
    for figure in figures(plain):
        same = [(other, text) for other, text in held if _same(figure, other)]
        if not same:
            yield f"数字“{figure.text}”不在出处中"
        elif not any(_alike(figure, plain, other, text) for other, text in same):
            yield f"数字“{figure.text}”说的不是同一件事"


def _same(one: Figure, other: Figure) -> bool:
    """Same number, magnitude, unit and hedge."""
    if _hedge(one) != _hedge(other) or one.number.replace(",", "") != other.number.replace(",", ""):
        return False
    return one.magnitude == other.magnitude and (one.unit == other.unit or not one.unit)


def _hedge(figure: Figure) -> str:
    return _SAME_HEDGE.get(figure.hedge, figure.hedge)


def _alike(one: Figure, text: str, other: Figure, source: str) -> bool:
    """Whether two equal figures stand among words that have something in common."""
    if {_end(text, one), _end(source, other)} == {"from", "to"}:
        return False
    mine = _around(text, one, 7, 6)
    theirs = _around(source, other, 14, 12)
    return not mine or one.unit in ("年", "月", "日") or bool(mine & theirs)


def _end(text: str, figure: Figure) -> str:
    """Whether a figure is where a change began or where it ended (由41%提高到83%)."""
    before = text[max(0, figure.span.start - 1) : figure.span.start]
    return "from" if before and before in "由从" else "to" if before and before in "到至" else ""


def _around(text: str, figure: Figure, before: int, behind: int) -> set[str]:
    """Bigrams of Chinese characters around a figure, within its clause."""
    left = re.split(r"[,。;!?\n]", text[max(0, figure.span.start - before) : figure.span.start])[-1]
    right = re.split(r"[,。;!?\n]", text[figure.span.end : figure.span.end + behind])[0]
    both = (telling(left), telling(right))
    return {
        run[i : i + 2]
        for part in both
        for run in re.findall(r"[\u3400-\u9fff]{2,}", part)
        for i in range(len(run) - 1)
    }


# --- 《documents》 and “names” --------------------------------------------------------------------------

_DOCUMENT = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"[“\"「]([^”\"」]+)[”\"」]")


def _name_problems(said: str, backing: Support) -> Iterator[str]:
    text = backing.text
    for name in _DOCUMENT.findall(said):
        if fold(name) not in text:
            yield f"文件《{name}》不在出处中"
    for name in _QUOTED.findall(said):
        if fold(name).strip("。,") not in text:
            yield f"名称“{name}”不在出处中"


# --- places --------------------------------------------------------------------------------------------


def _place_problems(said: str, backing: Support) -> Iterator[str]:
    """Each place named is the source's or stands in its quote; each source's place is the one credited."""
    named = [(m.word, tuple(m.candidates)) for m in gazetteer().mentions(said) if m.candidates]
    for word, places in named:
        ours = any(_fits(place, known) for place in places for known in backing.places)
        if not ours and fold(word) not in backing.text:
            yield f"地名“{word}”不在出处中"
    yield from _merged(said, backing)
    credited = _credited(said, named)
    if not credited:
        return
    for known in backing.places:
        if known.known and not any(_fits(place, known) for places in credited for place in places):
            yield f"出处是{known.name}，与所述地方不符"


def _merged(said: str, backing: Support) -> Iterator[str]:
    """A statement that names one of the places it cites has to name them all."""
    known = [place for place in backing.places if place.known]
    silent = [place for place in known if not _named_in(said, place)]
    for place in silent:
        if len(silent) < len(known) and not any(
            _fits(place, other) for other in known if other not in silent
        ):
            yield f"出处中的{place.name}没有写明"


def _named_in(said: str, place: Locality) -> bool:
    levels = [level for level in place.levels[2:] if level] or [level for level in place.levels[:2] if level]
    return any(
        level in said or (len(level) > 2 and level[:-1] in said) or level[:2] in said for level in levels
    )


def _credited(said: str, named: Sequence[tuple[str, tuple[Locality, ...]]]) -> list[tuple[Locality, ...]]:
    """The places that a statement credits: those that open it or open one of its clauses."""
    opened = []
    for word, places in named:
        at = said.find(word)
        if at <= 1 or re.search(r"[，。；、：,;:和与及]\s*在?$", said[:at]):
            opened.append(places)
    return opened


def _fits(one: Locality, known: Locality) -> bool:
    """Whether two places can be the same or one inside the other, levels unknown to either left open."""
    pairs = zip(one.levels, known.levels, strict=True)
    return all(a is None or b is None or a == b for a, b in pairs) and one.known and known.known


# --- negation ------------------------------------------------------------------------------------------

_NEGATED = re.compile(
    r"(?:没有|尚未|从未|并未|不再|不得|不能|不会|未能|不|未|没|无|非|勿)([\u3400-\u9fff]{2})"
)
_HARMLESS = re.compile(
    r"不断|不仅|不少|不同|不但|不只|不光|不管|不论|无论|不足|不超过|不少于|不低于|不到|不久|无缝|无障碍|无人机|非遗|非常|不一|"
    r"不妨|不愧|不由|不禁|不便|未来|未成年|无偿|无私|无数|并非|除非|非公|非机动车|非物质|不动产"
)


def _negation_problems(plain: str, backing: Support) -> Iterator[str]:
    said, source = _HARMLESS.sub("", plain), _HARMLESS.sub("", "\n".join(backing.quotes))
    for match in _NEGATED.finditer(said):
        if match.group()[-3:-1] not in source and match.group() not in source:
            yield f"出处没有否定“{match.group(1)}”"
    for match in _NEGATED.finditer(source):
        rest = re.match(r"[\u3400-\u9fff]*", source[match.start(1) :])
        longest = rest.group() if rest else ""
        words = [longest[:size] for size in (2, 3, 4) if len(longest) >= size]
        if any(_free(word, said) and not _free(word, source) for word in words):
            yield f"出处是“{match.group()}”"


def _free(word: str, text: str) -> bool:
    """Whether `word` stands in `text` somewhere without a negation in front."""
    negated = {m.start(1) for m in _NEGATED.finditer(text)}
    return any(m.start() not in negated for m in re.finditer(re.escape(word), text))
