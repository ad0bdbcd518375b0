"""Under which licences the packages stand that the product is made of: read from what is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from corpus.errors import TashanError

REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"
UNKNOWN = "未注明"
_CLASSIFIER = "License :: "
_LONGEST = 60  # characters; more is the text of a licence, not its name


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package."""

    name: str
    version: str
    licence: str
    direct: bool  # named in requirements.txt, not only needed by one that is


def packages(requirements: Path = REQUIREMENTS) -> list[Package]:
    """All packages that `requirements` brings, by name.

    Raises:
        TashanError: the file is missing, or something it names is not installed.
    """
    try:
        lines = requirements.read_text("utf-8").splitlines()
    except OSError as error:
        raise TashanError(f"{requirements}：无法读取。", "请在他山的文件夹里运行。") from error
    named = [Requirement(line) for line in lines if line.strip() and not line.startswith(("#", "-"))]
    direct = {_key(one.name) for one in named}
    found: dict[str, Package] = {}
    waiting = [(one, True) for one in named]
    while waiting:
        wanted, must = waiting.pop()
        key = _key(wanted.name)
        if key in found:
            continue
        try:
            installed = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError as error:
            if must:
                raise TashanError(f"没有安装 {wanted.name}。", "请运行 make install。") from error
            continue  # meant for another system
        found[key] = Package(installed.name, installed.version, licence(installed), key in direct)
        waiting.extend((one, False) for one in _needs(installed, wanted.extras))
    return sorted(found.values(), key=lambda one: _key(one.name))


def _needs(installed: metadata.Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in installed.requires or ():
        one = Requirement(line)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield one


def licence(installed: metadata.Distribution) -> str:
    """The licence as the package itself names it: expression, short text, or classifiers."""
    told = installed.metadata
    expression = (told.get_all("License-Expression") or [""])[0]
    classified = [c for c in told.get_all("Classifier") or () if c.startswith(_CLASSIFIER)]
    named = [c.rsplit(" :: ", 1)[-1] for c in classified if not c.endswith(":: OSI Approved")]
    short = next(iter((told.get_all("License") or [""])[0].strip().splitlines()), "")
    if len(short) > _LONGEST or short.upper() == "UNKNOWN":
        short = ""
    return expression or (short if short and not named else " / ".join(named)) or UNKNOWN


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def markdown(found: list[Package]) -> str:
    """The list as docs/licences.md holds it."""
    names = [f"**{one.name}**" if one.direct else one.name for one in found]
    rows = [f"| {name} | {one.version} | {one.licence} |" for name, one in zip(names, found, strict=True)]
    return "\n".join(
        (
            "# Licences", "",
            "Written by `python -m rag licences --markdown > docs/licences.md` from what is installed.",
            "Bold: named in requirements.txt; the others are what those need. Where a package offers a",
            "choice of licences, the permissive or weak copyleft one is taken (tld: MPL-1.1).", "",
            "| package | version | licence |", "|---|---|---|", *rows,
        )
    )  # fmt: skip
