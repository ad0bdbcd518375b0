"""The editor: many cuts in one pass leave what as many cuts one by one leave."""

from __future__ import annotations

import re

from corpus.editor import Editor
from corpus.types import Span


def test_many_cuts_in_one_pass_are_the_cuts_one_by_one() -> None:
    raw = "甲乙丙" * 200
    body = [Span(0, 250), Span(260, len(raw))]
    once, single = Editor(raw, body), Editor(raw, body)
    once.cut_all(re.compile("乙丙"), "规则")
    view = single.view()
    for match in list(re.finditer("乙丙", view.text)):
        single.cut(view.raw(*match.span()), "规则")
    assert once.view().text == single.view().text
    assert once.view().runs == single.view().runs
    assert [(r.span, r.text) for r in once.removals] == [(r.span, r.text) for r in single.removals]


def test_many_cuts_keep_each_its_rule() -> None:
    raw = "甲乙丙" * 200
    parts = [(Span(at, at + 1), sign) for at, sign in enumerate(raw) if sign != "甲"]
    editor = Editor(raw, [Span(0, len(raw))])
    editor.cut_parts(editor.view(), parts)
    assert editor.view().text == "甲" * 200
    assert [(r.span, r.rule, r.text) for r in editor.removals] == [(s, rule, rule) for s, rule in parts]


def test_a_view_is_taken_anew_after_a_cut() -> None:
    editor = Editor("甲乙丙", [Span(0, 3)])
    assert editor.view().text == "甲乙丙"
    editor.cut(Span(1, 2), "规则")
    assert editor.view().text == "甲丙" and editor.view(Span(0, 1)).text == "甲"
