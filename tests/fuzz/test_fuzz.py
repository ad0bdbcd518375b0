"""A short round of each fuzz target, and what fuzzing has found."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from corpus import passages
from corpus.load import read_bytes
from corpus.read import read_document
from rag.question import understand
from tests.fuzz.__main__ import NAMES
from tests.fuzz.making import Feed, body, text
from tests.fuzz.targets import FIELDS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_round(name: str) -> None:
    draw = random.Random(name)
    for _ in range(25):
        TARGETS[name](draw.randbytes(draw.choice((8, 64, 300))))


def test_the_command_offers_every_target_and_leaves_them_to_be_imported_under_watch() -> None:
    assert tuple(TARGETS) == NAMES
    script = "import sys; import tests.fuzz.__main__; sys.exit('corpus' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_makers_make_many_things() -> None:
    draw = random.Random(2)
    feeds = [draw.randbytes(300) for _ in range(60)]
    assert len({text(Feed(data), 5000) for data in feeds}) > 50
    assert len({body(Feed(data), FIELDS) for data in feeds}) > 50
    assert max(len(text(Feed(data))) for data in feeds) > 50_000


def test_half_a_character_in_a_question_does_no_harm() -> None:
    asked = understand("红色\ud800物业怎么做？", history=["积分\udfff制"], include=["北京\ud83d"])
    assert asked.asked == "红色?物业怎么做？" and asked.history == ("积分?制",)


def test_no_passage_goes_through_all_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that lost a mark in every line has as many gaps as lines, and as many passages."""
    seen = 0
    honest = passages._passage

    class Watched(list[object]):
        def __iter__(self) -> Iterator[object]:
            nonlocal seen
            seen += len(self)
            return super().__iter__()

    def watching(*given: object) -> object:
        return honest(*given[:-1], Watched(given[-1]))  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(passages, "_passage", watching)
    file = read_document(read_bytes(("甲县推行积\u200b分制。乙村换物。\n" * 2000).encode(), "a.txt"))
    assert len(file.passages[0]) > 50 and file.reports[0].runs
    assert seen == 0


def counted(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Callable[[], int]:
    calls = 0
    honest = getattr(owner, name)

    def counting(*given: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        return honest(*given, **more)

    monkeypatch.setattr(owner, name, counting)
    return lambda: calls


def test_credits_without_end_are_not_cut_one_by_one_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus import tail

    rounds = counted(monkeypatch, tail, "_cut_credits")
    read_document(read_bytes(("甲县推行积分制。" + "（记者 张三 通讯员 李四）" * 3000).encode(), "a.txt"))
    assert rounds() <= 200
