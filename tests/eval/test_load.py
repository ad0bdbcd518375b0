"""The measure of the served page: what it says, and that a server which does not start is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import TashanError
from eval.load import Loaded, serving
from tests.conftest import quiet


def test_rows_and_words() -> None:
    done = Loaded((1.0, 2.0, 3.0), (0.2,), tuple(at / 100 for at in range(1, 101)), 20, 60.0, ("x",))
    assert done.rows[0] == ["page usable, s", "3", "2.00", "2.90", "3.00"]
    assert done.rows[2][:3] == ["answer with 20 users asking at once, s", "100", "0.51"]
    assert done.words == "20 users for 60 s: 100 answers (1.7/s), 1 errors"
    assert len(Loaded((1.0,), (), (), 1, 0.0, ()).rows) == 1


def test_a_server_that_does_not_start_is_told_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(TashanError, match="网页没有启动"), serving(str(tmp_path / "none"), quiet):
        pytest.fail("nothing is served")
