"""The import rule of docs/ARCHITECTURE.md, held by walking the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "rag", "eval")
MAY_IMPORT = {
    "corpus": {"corpus"},
    "index": {"corpus", "index"},
    "rag": {"corpus", "index", "rag"},
    "eval": {"corpus", "index", "rag", "eval"},
    "app": {"corpus", "index", "rag", "eval", "app"},
}
ONLY_IN = {
    "faiss": {"index/dense.py"},
    "jieba": {"index/tokens.py"},
    "rjieba": {"index/tokens.py"},
    "torch": {"index/embedder.py", "index/lora.py", "index/adapt.py", "index/reranker.py"},
    "sentence_transformers": {"index/embedder.py", "index/reranker.py"},
    "gradio": {"app.py", "rag/ui/", "eval/ui.py"},
    "pymilvus": {"index/milvus_server.py"},
    "openai": {"rag/generate.py"},
}


def modules() -> list[str]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + [ROOT / "app.py"]
    return sorted(path.relative_to(ROOT).as_posix() for path in files)


def imported(name: str) -> Iterator[str]:
    """Top-level packages that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"), name)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}:{node.lineno}: imports are written from the root"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("name", modules())
def test_a_room_never_imports_from_its_right(name: str) -> None:
    room = name.removesuffix(".py").partition("/")[0]
    ours = {package for package in imported(name) if package in MAY_IMPORT or package == "tests"}
    assert ours <= MAY_IMPORT[room]


@pytest.mark.parametrize("name", modules())
def test_a_heavy_library_has_one_door(name: str) -> None:
    for package in set(imported(name)) & ONLY_IN.keys():
        doors = ONLY_IN[package]
        assert name in doors or any(door.endswith("/") and name.startswith(door) for door in doors), package


def test_the_launcher_is_thin() -> None:
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 60
