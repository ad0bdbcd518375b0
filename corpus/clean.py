"""Taking away what is not the report: furniture, vertical characters, doubled paragraphs."""

from __future__ import annotations

import re

from corpus.captions import cut_captions
from corpus.echoes import cut_doubled
from corpus.editor import Editor
from corpus.lines import hard_lines
from corpus.rules import ANYWHERE, LINES
from corpus.types import Span

_SUMMARY = re.compile(r"■(?P<words>[^■\s。]{24,})(?=\s)")


def clean_anywhere(editor: Editor, region: Span | None = None) -> None:
    """Cut what the rules for any place match, then line furniture, vertical lines and doubled paragraphs."""
    text = editor.view(region).text
    for rule in ANYWHERE:
        if rule.hinted(text):
            editor.cut_all(rule.pattern, rule.name, region)
    cut_captions(editor, region)
    _cut_summaries(editor, region)
    cut_doubled(editor, region)
    if "\n" in text:
        _cut_vertical(editor, region)
        _cut_furniture_lines(editor, region)
        _cut_doubles(editor, region)


def _cut_vertical(editor: Editor, region: Span | None) -> None:
    """Runs of at least four lines of one character: vertical captions and chart labels."""
    view = editor.view(region)
    run: list[Span] = []
    for line in [*hard_lines(view.text), None]:
        if line is not None and len(line.span) == 1:
            run.append(line.span)
            continue
        if len(run) >= 4:
            editor.cut_text(view, run[0].start, run[-1].end, "竖排单字")
        run = []


def _cut_furniture_lines(editor: Editor, region: Span | None) -> None:
    view = editor.view(region)
    rules = [rule for rule in LINES if rule.hinted(view.text)]
    for line in hard_lines(view.text):
        if len(line.text) > 70:
            continue
        rule = next((r for r in rules if r.hinted(line.text) and r.pattern.match(line.text)), None)
        if rule is not None:
            editor.cut_text(view, line.span.start, line.span.end, rule.name)


def _cut_doubles(editor: Editor, region: Span | None) -> None:
    """A paragraph of at least twenty characters that was printed before."""
    view = editor.view(region)
    seen: set[str] = set()
    for line in hard_lines(view.text):
        if len(line.text) < 20:
            continue
        key = "".join(line.text.split())
        if len(key) >= 20 and key in seen:
            editor.cut_text(view, line.span.start, line.span.end, "重复段落")
        seen.add(key)


def _cut_summaries(editor: Editor, region: Span | None) -> None:
    """A summary marked with ■ near the head whose words stand again in the body."""
    view = editor.view(region)
    head = view.text[:600]
    for match in _SUMMARY.finditer(head) if "■" in head else ():
        if view.text.find(match["words"].strip()[:30], match.end()) >= 0:
            editor.cut_text(view, match.start(), match.end(), "重复段落")
