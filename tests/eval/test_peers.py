"""The table beside peers. No recipe is run: that takes packages from PyPI."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from corpus.errors import TashanError
from eval import material, peers, peertable
from eval.material import Asked
from eval.peertable import Outcome
from eval.types import GoldDoc, Item

ITEMS = tuple(Item(str(at), f"问题{at}", gold=(GoldDoc(f"{at}.txt"),)) for at in range(20))
ASKED = Asked("some", ITEMS)


def outcome(label: str, right: int, ms: float, our_ms: float, seconds: float | None) -> Outcome:
    """A system that is right on the first `right` questions."""
    ranked = {ASKED.key(i): [f"{i.id}.txt" if at < right else "other.txt"] for at, i in enumerate(ITEMS)}
    times = {ASKED.key(item): our_ms for item in ITEMS} if our_ms else {}
    return Outcome(label, ranked, {ASKED.key(item): ms for item in ITEMS}, times, seconds)


def test_figures_with_their_ratio_to_ours() -> None:
    ours, other = outcome("ours", 16, 20, 0, 100), outcome("peer", 8, 90, 30, 150)
    body = peertable.tabulated(ASKED, [ours, other], 7, 9)
    mine, theirs = body["rows"]
    assert mine == ["ours", *["0.800"] * 4, "—", "20", "100"]
    assert theirs[1] == "0.400 (0.50)" and float(theirs[5]) < 0.05
    assert theirs[6:] == ["90 (3.00)", "150 (1.50)"]  # against our time of the same minutes: 30 ms
    assert body["lead"] == "We lead in every column."


def test_it_says_where_we_do_not_lead() -> None:
    ours, other = outcome("ours", 16, 20, 0, 100), outcome("peer", 18, 10, 20, 50)
    said = peertable.tabulated(ASKED, [ours, other], 7, 9)["lead"]
    for column in ("nDCG@10", "首位命中", "time for a question", "indexing"):
        assert f"{column}: peer" in said
    unknown = peertable.tabulated(ASKED, [outcome("ours", 16, 20, 0, None), other], 7, 9)
    assert "indexing" not in unknown["lead"] and unknown["rows"][0][-1] == "—"


@pytest.mark.parametrize("peer", [*peers.PEERS, peers.SPLITTER], ids=lambda peer: peer.name)
def test_recipes_are_there_and_whole(peer: peers.Peer) -> None:
    tree = ast.parse(peer.recipe.read_text("utf-8"))
    assert ast.get_docstring(tree) and all("==" in package for package in peer.packages)


def test_an_unknown_peer() -> None:
    with pytest.raises(TashanError, match="可用：langchain"):
        peers.pick(["x"])
    assert [peer.name for peer in peers.pick(["txtai"])] == ["txtai"] and peers.pick([]) == list(peers.PEERS)


def test_a_failing_recipe_gives_its_last_words(tmp_path: Path) -> None:
    import sys

    script = tmp_path / "bad.py.txt"
    script.write_text("raise SystemExit('nothing works')\n", "utf-8")
    work = tmp_path / "work"
    work.mkdir()
    assert material.run_script(Path(sys.executable), script, work, {}) == "nothing works"
    script.write_text("", "utf-8")
    assert material.run_script(Path(sys.executable), script, work, {}) == ""
