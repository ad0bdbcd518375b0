from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np

from eval import growth
from index.types import Layout

TEXT = "柳溪县东关镇推行代办员制度，每个村配两名代办员，群众的事在村里就能办成。今年以来代办事项{}件。"


def test_made_up_passages_are_served_and_found(tmp_path: Path) -> None:
    growth.made_up(3000, tmp_path, lambda *_: None)
    done = growth.serve("made", tmp_path)
    assert (done.passages, done.kinds, done.recall) == (3000, "flat", 1.0)
    assert done.resident > done.mapped > 0
    assert done.cpu_ms > 0 and done.search_ms[0] <= done.search_ms[1]
    assert Layout(tmp_path).generation(growth._NAME).is_dir()


def test_reports_are_built_and_served(tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl.xz"
    with lzma.open(news, "wt", encoding="utf-8") as out:
        for number in range(6):
            out.write(json.dumps({"id": number, "text": TEXT.format(number)}, ensure_ascii=False) + "\n")
    growth.built(news, 4, tmp_path / "store", lambda *_: None)
    assert growth.serve("store", tmp_path / "store").passages == 4


def test_terms_follow_zipf() -> None:
    made = growth._postings(np.random.default_rng(1), 500, 40, 1000)
    assert len(made) == 500
    inside = [made.terms[made.starts[n] : made.starts[n + 1]] for n in range(500)]
    assert all((np.diff(terms.astype(np.int64)) > 0).all() for terms in inside)
    share = np.bincount(made.terms, minlength=1000)[[2, 20, 200]] / 500
    assert share[0] > 3 * share[1] > 9 * share[2] > 0


def test_the_page_has_both_tables() -> None:
    page = growth.page([["1"] * len(growth.HEADER)], {"header": ["system"], "rows": [["Tashan"]]})
    assert "| Tashan |" in page and page.count("| --- ") >= 2
