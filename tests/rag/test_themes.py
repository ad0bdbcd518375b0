"""Themes: the table, what falls under one, and that a chosen theme lets nothing else through."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import TashanError
from corpus.types import Locality, Runs, Section, Span
from index.embedder import FakeEmbedder
from index.store import LocalStore
from index.types import ReportHead, StoredReport
from rag import themes
from rag.retrieve import retrieve
from rag.themes import OTHER, Theme, Themed, Themes
from rag.types import Question
from tests.index.filed import filed

PARKING = Theme("停车", ("停车", "车位"))


def stored(text: str, title: str = "无题", heading: str = "") -> StoredReport:
    head = ReportHead("a#1", "a", title, title, False, Locality(), (), None, None, 1)
    sections = (Section(heading, 1, Span(0, len(text)), Span(0, len(text))),) if heading else ()
    return StoredReport(head, text, Runs([Span(0, len(text))]), sections)


@pytest.mark.parametrize(
    ("report", "fits"),
    [
        (stored("正文。", title="小区停车新办法"), True),
        (stored("正文。", heading="一、挖出车位"), True),
        (stored("停车难。划了车位。停车有序。"), True),
        (stored("来客可以停车。找车位不难。"), False),
    ],
)
def test_a_heading_says_it_or_the_text_says_it_three_times(report: StoredReport, fits: bool) -> None:
    assert themes.of(report, [PARKING]) == (("停车",) if fits else ())


def test_the_table_that_comes_along_is_whole() -> None:
    names = [theme.name for theme in themes.load()]
    assert len(names) >= 20
    assert OTHER not in names


@pytest.mark.parametrize("line", ["停车,停|车位", "停车,", ",停车", "停车,停车\n停车,车位"])
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "themes.csv"
    path.write_text(f"# 注释\ntheme,terms,note\n{line}\n", "utf-8")
    with pytest.raises(TashanError, match=r"themes\.csv 第 [34] 行"):
        themes.load(path)


def test_counts_and_the_rest() -> None:
    themed = Themed({"a#1": ("停车", "养老"), "b#1": ("养老",), "c#1": ()})
    assert themed.counts() == [("养老", 2), ("停车", 1), (OTHER, 1)]
    assert themed.reports("养老") == ("a#1", "b#1")
    assert themed.reports(OTHER) == ("c#1",)
    assert themed.reports("没有这个主题") == ()


def test_a_theme_is_a_hard_filter_and_follows_the_store(sample_store: LocalStore) -> None:
    table = Themes(sample_store).now()
    assert len(table.of) == sample_store.counts.reports
    within = table.reports("停车与充电")
    question = Question("社区怎么做？", "社区怎么做？", theme="停车与充电", within=within)
    hits = retrieve(sample_store, question, k=50).hits
    assert hits
    assert {hit.stored.head.report for hit in hits} <= set(within)
    assert not retrieve(sample_store, replace(question, within=())).hits
    apart = replace(question, subjects=("没有这个文件.txt",))
    assert not retrieve(sample_store, apart).hits


def test_of_two_reports_in_one_file_only_the_one_of_the_theme_is_found(sample_store: LocalStore) -> None:
    table = Themes(sample_store).now()
    files: dict[str, list[str]] = {}
    for report in table.of:
        files.setdefault(report.rpartition("#")[0], []).append(report)
    one, other, theme = next(
        (a, b, theme)
        for reports in files.values()
        for a, b in itertools.permutations(reports, 2)
        for theme in table.of[a]
        if theme not in table.of[b]
    )
    unlike = sample_store.report(other)
    assert unlike is not None
    question = Question(unlike.text[:60], unlike.text[:60], theme=theme, within=(one,))
    assert {hit.stored.head.report for hit in retrieve(sample_store, question).hits} == {one}


def test_what_was_removed_has_no_theme_any_more(tmp_path: Path) -> None:
    with LocalStore.open(tmp_path / "store", FakeEmbedder(), create=True) as store:
        known = Themes(store, [PARKING])
        assert known.now().of == {}
        store.add([filed("一.txt", ["停车有序，车位够用，停车不难。"])])
        assert known.now().of == {"一.txt#1": ("停车",)}
        store.remove(["一.txt"])
        assert known.now().of == {}
