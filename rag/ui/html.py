"""Answers, sources and reports as HTML. Everything that comes from outside is text here, never markup.

Only this module writes tags. It knows the few forms that the writers use (a lead, cards, lists, a table,
``**bold**``, ``[n]``); any other character of a report, a question or a file name is escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from rag.basket import Piece, card, from_citations, kept, single
from rag.offers import BESIDE, ON_SUBJECT, beside_label
from rag.types import Answered, Citation, Outcome, Question

_CITE = re.compile(r"\[(\d{1,3})\]")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
# Private use characters stand for what would be structure in the writers' markup but is part of a quote.
_MARKS = {"[": "\ue000", "]": "\ue001", "*": "\ue002", "\n": "\ue003", "|": "\ue004"}
_MARKING = {ord(char): mark for char, mark in _MARKS.items()}
_UNMARK = {ord(mark): char for char, mark in _MARKS.items()}


def esc(text: object) -> str:
    """Text as HTML text, also inside a quoted attribute.

    >>> esc('<img src=x onerror="alert(1)">')
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'
    """
    return html.escape(str(text), quote=True)


def attributes(**values: object) -> str:
    """Escaped attributes; underscores become hyphens.

    >>> attributes(data_n=1, title='a"b')
    ' data-n="1" title="a&quot;b"'
    """
    return "".join(f' {name.replace("_", "-")}="{esc(value)}"' for name, value in values.items())


def button(label: str, kind: str, **values: object) -> str:
    """A button that the page's script understands by its data attributes."""
    return f'<button type="button" class="{esc(kind)}"{attributes(**values)}>{esc(label)}</button>'


# --------------------------------------------------------------------------- citations


def cite(citation: Citation) -> str:
    """``[n]`` as a button that opens the report at the quote, whatever has been asked since."""
    return button(
        f"[{citation.n}]",
        "cite",
        data_act="open",
        data_n=citation.n,
        data_report=citation.report,
        data_start=citation.span.start,
        data_end=citation.span.end,
        aria_label=f"出处{citation.n}：{origin(citation)}",
        title=origin(citation),
    )


def collect(pieces: Sequence[Piece], label: str = "收入素材篮") -> str:
    """A button that puts pieces into the basket that the browser keeps."""
    return button(label, "quiet collect", data_act="collect", data_pieces=kept(pieces))


def origin(citation: Citation) -> str:
    """Place, title, source and date of a citation on one line."""
    parts = (citation.locality.full, f"《{citation.title}》", citation.source, citation.date)
    return " ".join(part for part in parts if part)


def source_list(citations: Sequence[Citation], heading: str = "出处", topic: str = "") -> str:
    """All sources of the answer to `topic`, for the panel."""
    if not citations:
        return ""
    items = "".join(_source(c, topic) for c in citations)
    back = button("↑ 回到回答", "quiet only-narrow", data_act="back")
    return f'<div class="source-list">{back}<h3>{esc(heading)}</h3><ol>{items}</ol></div>'


def _source(c: Citation, topic: str) -> str:
    facts = " · ".join(part for part in (c.source, c.date) if part)
    return (
        f"<li>{cite(c)}<div><b>{esc(c.locality.full or '地点未注明')}</b>"
        f'<p class="title">{shown_title(c.title, c.title_made)}</p><p class="quote">{esc(c.quote)}</p>'
        f'<p class="facts">{esc(facts)}</p>{collect([single(topic, c)])}</div></li>'
    )


def shown_title(title: str, made: bool) -> str:
    """A title, marked where it was made rather than found."""
    note = (
        '<span class="made" title="文件里没有标题，由地方和正文里的一句话拼成">（拟题）</span>'
        if made
        else ""
    )
    return esc(title) + note


# --------------------------------------------------------------------------- one turn of the conversation


def turn(asked: str, body: str) -> str:
    """A question and what came of it."""
    return (
        f'<article class="turn"><div class="asked" data-testid="user">{esc(asked)}</div>'
        f'<div class="reply" data-testid="bot">{body}</div></article>'
    )


def working(stage: str) -> str:
    """What is going on before there is anything to read."""
    return f'<p class="stage" role="status">{esc(stage)}…</p>'


def trouble(message: str, hint: str = "") -> str:
    """An error that the asker can act on."""
    return f'<p class="trouble" role="alert">{esc(message)}{esc(hint)}</p>'


def reply(outcome: Outcome, rate: str = "") -> str:
    """The whole reply: what was understood, the answer or refusal, sources to copy, further questions.

    Args:
        outcome: the answer or refusal.
        rate: the buttons that rate it, as HTML.
    """
    cited = outcome.citations if isinstance(outcome, Answered) else outcome.nearest
    notice = outcome.notice if isinstance(outcome, Answered) else ""
    parts = [
        understood(outcome.question),
        f'<p class="notice">{esc(notice)}</p>' if notice else "",
        answer(outcome, blocks(outcome)),
        _doubts(outcome),
        _tools(outcome, cited, rate),
        *_further(outcome),
    ]
    return "".join(parts)


def _further(outcome: Outcome) -> Iterator[str]:
    """Further questions as buttons; behind a refusal those on another subject apart."""
    if isinstance(outcome, Answered):
        yield suggestions(outcome.next_questions, "还可以问")
        return
    yield suggestions([one for one in outcome.next_questions if one not in outcome.beside], ON_SUBJECT)
    yield suggestions(outcome.beside, beside_label(outcome.theme))


def answer(outcome: Outcome, parts: Sequence[str]) -> str:
    """The answer itself, or as many of its blocks as there are yet."""
    kind = "answer" if isinstance(outcome, Answered) else "answer refused"
    return f'<div class="{kind}">{"".join(parts)}</div>'


def _doubts(outcome: Outcome) -> str:
    """Statements that could not be verified against their citation, named as such."""
    said = outcome.statements if isinstance(outcome, Answered) else ()
    items = "".join(f"<li>{esc(s.text)}<em>{esc(s.note)}</em></li>" for s in said if not s.verified)
    return f'<div class="doubts"><p>以下句子未能与出处核对一致：</p><ul>{items}</ul></div>' if items else ""


def _tools(outcome: Outcome, cited: Sequence[Citation], rate: str) -> str:
    lines = "".join(f"<li>[{c.n}] {esc(origin(c))}（{esc(c.doc)}）</li>" for c in cited)
    everything = from_citations(outcome.question.asked, cited) if isinstance(outcome, Answered) else ()
    took = outcome.timings_ms.get("total", 0) / 1000
    return (
        f'<div class="tools">{button("复制（含出处）", "quiet", data_act="copy")}'
        f"{button('出处列表', 'quiet', data_act='sources')}"
        f"{button('新对话', 'quiet', data_act='fresh')}"
        f"{collect(everything, '全部收入素材篮') if everything else ''}"
        f'<span class="took">用时 {took:.2f} 秒</span>{rate}'
        f'<ol class="copy-sources" hidden>{lines}</ol></div>'
    )


def suggestions(questions: Iterable[str], label: str) -> str:
    """Questions that can be asked with a click."""
    items = "".join(button(one, "suggestion", data_act="ask", data_text=one) for one in questions)
    return f'<div class="suggestions"><span>{esc(label)}</span>{items}</div>' if items else ""


def understood(question: Question) -> str:
    """Chips for what was understood; each can be struck out, which asks again without it."""
    chips = [_chip("地方", place.full, f"include:{place.full}") for place in question.include]
    chips += [_chip("除外", place.full, f"exclude:{place.full}") for place in question.exclude]
    if question.since or question.until:
        chips.append(_chip("年份", years(question.since, question.until), "years"))
    if question.theme:
        chips.append(_chip("主题", question.theme, "theme"))
    if question.history and len(question.standalone) > len(question.asked):
        chips.append(_chip("接着上文", _leans_on(question), "history"))
    chips += [_chip("也搜", word, f"synonym:{word}") for word, _ in question.synonyms[:6]]
    chips += [
        f'<span class="chip unknown">未识别的地方：{esc(name)}</span>' for name in question.unknown_places
    ]
    label = f'<span class="intent">理解为：{esc(question.intent.value)}</span>'
    return f'<div class="understood">{label}{"".join(chips)}</div>'


def _leans_on(question: Question) -> str:
    """What a follow-up takes from the conversation."""
    if question.subjects:
        return f"只看刚才引用的{len(question.subjects)}个文件"
    earlier = question.standalone.removesuffix(question.asked)
    return earlier if len(earlier) <= 20 else f"…{earlier[-20:]}"


def _chip(label: str, value: str, key: str) -> str:
    strike = button("×", "strike", data_act="strike", data_key=key, aria_label=f"去掉{label}：{value}")
    return f'<span class="chip"><i>{esc(label)}</i>{esc(value)}{strike}</span>'


def years(since: int | None, until: int | None) -> str:
    """A span of years as people write it.

    >>> years(2023, 2023), years(2020, None)
    ('2023年', '2020年起')
    """
    if since and since == until:
        return f"{since}年"
    return (
        f"{since}年起" if since and not until else f"{until}年及以前" if not since else f"{since}—{until}年"
    )


# --------------------------------------------------------------------------- an answer's own markup


def blocks(outcome: Outcome) -> list[str]:
    """The answer's text block by block: a lead, cards, lists, tables."""
    if isinstance(outcome, Answered):
        said = [s.text for s in outcome.statements]
        return render(outcome.text, outcome.citations, said, outcome.question.asked)
    # What else can be asked stands below as buttons.
    return render(re.split(rf"\n\n\*\*(?:{ON_SUBJECT}|{BESIDE})", outcome.text)[0], outcome.nearest)


def growing(parts: Sequence[str]) -> Iterator[list[str]]:
    """The blocks of an answer as they come: statement by statement within a card."""
    for at, part in enumerate(parts):
        if part.startswith("<section"):
            for match in re.finditer("</li>", part):
                yield [*parts[:at], part[: match.end()] + "</ul></section>"]
        yield list(parts[: at + 1])


def render(
    text: str, cited: Sequence[Citation], said: Sequence[str] = (), topic: str | None = None
) -> list[str]:
    """Blocks of the writers' markup as HTML.

    Args:
        text: what a writer wrote.
        cited: the citations that ``[n]`` may mean; any other ``[n]`` stays text.
        said: further strings that are quoted, in which no character is markup.
        topic: the question; where it is given, a card of one place can be put into the basket.
    """
    known = {c.n: c for c in cited}
    for quoted in sorted(_quoted(cited, said), key=len, reverse=True):
        if any(char in quoted for char in _MARKS):
            text = text.replace(quoted, quoted.translate(_MARKING))
    found = [block.split("\n") for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    return [_block(block, known, topic) for block in found]


def _quoted(cited: Sequence[Citation], said: Sequence[str]) -> Iterable[str]:
    """Quotes, also without a first 该社区 behind which the writer supplies the place."""
    for text in {*(c.quote for c in cited), *said}:
        yield text
        if text[:1] in ("该", "本"):
            yield text[2:]
            yield text[3:]


def _block(lines: Sequence[str], known: dict[int, Citation], topic: str | None) -> str:
    if all(line.startswith("|") for line in lines):
        return _table(lines, known)
    head, rest = _head(lines)
    body = "".join(_lines(rest, known))
    taken = _collectable(rest, known, topic) if topic is not None else ""
    return f'<section class="card">{taken}<h4>{head}</h4>{body}</section>' if head else body


def _collectable(lines: Sequence[str], known: dict[int, Citation], topic: str) -> str:
    """The button of a card of one place: one that ends in where it is from."""
    if not any(line.startswith("——") for line in lines):
        return ""
    cited = dict.fromkeys(int(n) for line in lines for n in _CITE.findall(line))
    quoted = [known[n] for n in cited if n in known]
    return collect([card(topic, quoted)]) if quoted else ""


def _head(lines: Sequence[str]) -> tuple[str, Sequence[str]]:
    """A first line that is bold from end to end, or a Markdown heading, is the head of a card."""
    first = lines[0].strip()
    if len(first) > 4 and first.startswith("**") and first.endswith("**"):
        return _plain(first[2:-2]), lines[1:]
    if re.match(r"#{1,6} ", first):
        return _plain(first.lstrip("# ")), lines[1:]
    return "", lines


def _lines(lines: Sequence[str], known: dict[int, Citation]) -> Iterable[str]:
    items: list[str] = []
    for line in [*lines, ""]:
        item = re.match(r"\s*(?:[-*•]|\d+[.、])\s+(.*)", line)
        if item:
            marker = line.strip().split(maxsplit=1)[0]
            number = f'<span class="number">{esc(marker)}</span> ' if marker[0].isdigit() else ""
            items.append(f"<li>{number}{_inline(item.group(1), known)}</li>")
            continue
        if items:
            yield f"<ul>{''.join(items)}</ul>"
            items = []
        if line.startswith("——"):
            yield f'<p class="origin">{_plain(line)}</p>'
        elif line.strip():
            yield f"<p>{_inline(line, known)}</p>"


def _table(lines: Sequence[str], known: dict[int, Citation]) -> str:
    rows = [line.strip().strip("|").split("|") for line in lines if not re.fullmatch(r"[|\s:-]+", line)]
    head = "".join(f"<th>{_plain(cell.strip())}</th>" for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(cell, known)}</td>" for cell in row) + "</tr>" for row in rows[1:]
    )
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(cell: str, known: dict[int, Citation]) -> str:
    return "".join(f"<p>{_inline(part.strip(), known)}</p>" for part in cell.split("<br>"))


def _plain(text: str) -> str:
    return esc(text.translate(_UNMARK))


def _inline(text: str, known: dict[int, Citation]) -> str:
    """Bold and citations; the rest is text."""

    def link(match: re.Match[str]) -> str:
        citation = known.get(int(match.group(1)))
        return cite(citation) if citation else match.group()

    safe = _BOLD.sub(r"<strong>\1</strong>", esc(text))
    return _CITE.sub(link, safe).translate(_UNMARK)


WELCOME = (
    '<div class="hint"><h3>出处</h3><p>点回答里的 <b>[1]</b>，报告会在这里打开并停在被引用的原句。</p></div>'
)
