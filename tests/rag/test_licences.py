"""The list of licences names every package that we ask for, each with a licence."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from corpus.errors import TashanError
from rag import licences


def test_every_package_is_listed_with_its_licence() -> None:
    found = {licences._key(one.name): one for one in licences.packages()}
    lines = licences.REQUIREMENTS.read_text("utf-8").splitlines()
    asked = {licences._key(Requirement(line).name) for line in lines if line and not line.startswith("#")}
    assert asked == {name for name, one in found.items() if one.direct}
    assert {"starlette", "anyio"} <= found.keys() - asked  # what those need in turn
    assert [name for name, one in found.items() if one.licence == licences.UNKNOWN] == []


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("# a note\nno-such-package-at-all==1.0\n", "utf-8")
    with pytest.raises(TashanError, match="no-such-package-at-all"):
        licences.packages(path)
