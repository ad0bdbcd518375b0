"""What comes from outside is text on the page, whatever it looks like."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Locality, Runs, Section, Span
from index.types import ReportHead, StoredReport
from rag.types import Citation
from rag.ui import html, reader

NASTY = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[点我](javascript:alert(1))",
    '" onmouseover="alert(1)',
    "**粗**与`码`",
    "&lt;b&gt;",
    "长" * 500,
]
ALLOWED = set(
    [
        "a",
        "article",
        "b",
        "button",
        "caption",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h3",
        "h4",
        "h5",
        "header",
        "i",
        "li",
        "mark",
        "ol",
        "p",
        "section",
        "small",
        "span",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


class Seen(HTMLParser):
    """Collects tags, attribute names and text, and fails on a tag that we do not write."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.marked = ""
        self._in_mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert not any(name.startswith("on") for name, _ in attrs)
        assert not any(name in ("href", "src") and "javascript:" in (value or "") for name, value in attrs)
        self._in_mark = tag == "mark" or self._in_mark

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""


def seen(markup: str) -> Seen:
    parser = Seen()
    parser.feed(markup)
    parser.close()
    return parser


def citation(quote: str, n: int = 1, title: str = "标题", doc: str = "a.txt") -> Citation:
    return Citation(
        n=n, doc=doc, report=f"{doc}#1", passage=f"{doc}#1:1", title=title, title_made=False,
        locality=Locality("辽宁省", "阜新市", "彰武县"), date="2023-08", source="某报", quote=quote,
        span=Span(0, len(quote)), raw_span=Span(0, len(quote)),
    )  # fmt: skip


def stored(
    text: str, sections: tuple[Section, ...] = (), title: str = "标题", doc: str = "a.txt"
) -> StoredReport:
    head = ReportHead(f"{doc}#1", doc, title, title, False, Locality("辽宁省"), (), None, None, 1)
    return StoredReport(head, text, Runs([Span(0, len(text))]), sections)


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_text_everywhere(nasty: str) -> None:
    cited = citation(nasty, title=nasty, doc=nasty)
    answer = "".join(html.render(f"**1. 辽宁省｜{nasty}**\n- {nasty}[1]\n——《{nasty}》", [cited]))
    for markup in (
        html.turn(nasty, answer),
        html.source_list([cited], nasty),
        reader.report(stored(nasty, title=nasty, doc=nasty), Span(0, len(nasty))),
        html.trouble(nasty, nasty),
        html.suggestions([nasty], nasty),
    ):
        assert nasty in seen(markup).text


def test_a_citation_opens_what_it_names() -> None:
    markup = "".join(html.render("- 原句。[1][2]", [citation("原句。")]))
    assert 'data-report="a.txt#1"' in markup
    assert markup.count("<button") == 1
    assert seen(markup).text == "原句。[1][2]"


def test_brackets_bold_and_line_breaks_in_a_quote_are_no_structure() -> None:
    quote = "见附件[2]。\n- **不是**列表|不是格"
    cited = [citation(quote), citation("另一句", 2)]
    markup = "".join(html.render(f"- {quote}[1]\n- 另一句[2]", cited))
    assert markup.count("<li>") == 2
    assert markup.count("<button") == 2
    assert "<strong>" not in markup
    assert quote in seen(markup).text


def test_forms_of_an_answer() -> None:
    text = "2个地方：\n\n**1. 甲**\n- 做法[1]\n——《题》\n\n"
    text += "| 地方 | 做法 |\n|---|---|\n| 甲 | 一[1]<br>二 |\n\n1. **乙**：三"
    lead, card, table, numbered = html.render(text, [citation("做法")])
    assert lead == "<p>2个地方：</p>"
    assert card.startswith('<section class="card"><h4>1. 甲</h4><ul><li>做法<button')
    assert table.count("<td>") == 2
    assert table.count("<p>") == 3
    assert '<span class="number">1.</span> <strong>乙</strong>' in numbered


def test_an_answer_comes_statement_by_statement() -> None:
    parts = html.render("总起：\n\n**1. 甲**\n- 一[1]\n- 二\n——《题》", [citation("一")])
    steps = ["".join(step) for step in html.growing(parts)]
    assert [step.count("<li>") for step in steps] == [0, 1, 2, 2]
    assert all(
        step.count(f"<{tag}") == step.count(f"</{tag}>") for step in steps for tag in ("ul", "section")
    )
    assert steps[-1] == "".join(parts)


def test_a_report_opens_at_its_quote() -> None:
    text = "开头。\n一、标题\n强基础。先做这个。再做那个。\n结尾。"
    at = text.index("先做")
    heading, lead = text.index("一、"), text.index("强基础")
    end = text.index("\n结尾")
    sections = (
        Section("一、标题", 1, Span(heading, len(text)), Span(lead, len(text))),
        Section("强基础", 9, Span(lead, end), Span(at, end)),
    )
    markup = reader.report(stored(text, sections), Span(at, at + 6))
    assert seen(markup).marked == "先做这个。再"
    assert "<h5><b>一、标题</b></h5>" in markup
    assert "<b>强基础。</b>" in markup
    assert '<span class="near">做那个。</span>' in markup
    assert "一、标题 › 强基础" in markup


@given(st.text(alphabet="甲乙。\n<>&\"'[]*|1", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_every_character_of_a_report_is_shown_once(text: str, start: int, length: int) -> None:
    quote = Span(min(start, len(text)), min(start + length, len(text)))
    shown = seen(reader._text(stored(text), quote))
    assert shown.text == "".join(line for line in text.split("\n") if line.strip())
    assert shown.marked == "".join(line for line in quote.of(text).split("\n")) or not text.strip()
