"""Looking after a store: what does not agree with what, and what there is."""

from __future__ import annotations

import json

from corpus.errors import StoreDamaged
from index import generation as generations
from index.catalog import Catalog
from index.generation import Generation
from index.lock import held
from index.types import Layout, Makers, Problem, Status


def recorded(catalog: Catalog) -> Makers | None:
    """Who made the catalog's vectors and words; None in a store that never held anything."""
    name = catalog.meta("embedder")
    return Makers(name, int(catalog.meta("dimension")), catalog.meta("tokenizer")) if name else None


def verify(layout: Layout, catalog: Catalog) -> list[Problem]:
    """Every disagreement: rows, files, counts, revisions, makers. Empty when all is well."""
    return [*catalog.check(), *verify_derived(layout, catalog)]


def verify_derived(layout: Layout, catalog: Catalog, *, writing: bool = False) -> list[Problem]:
    """The part of `verify` that looks at the derived files; `writing` when the caller holds the lock."""
    try:
        name = generations.current(layout)
    except StoreDamaged:
        return [Problem("derived/CURRENT", "内容不是版本名", True)]
    if name is None:
        return [Problem("derived/CURRENT", "文件不见了", True)]
    return list(generations.check(layout, name)) or _disagreements(layout, catalog, name, writing)


def _disagreements(layout: Layout, catalog: Catalog, name: str, writing: bool) -> list[Problem]:
    manifest = generations.read_manifest(layout.generation(name))
    busy = not writing and held(layout.lock)  # then the catalog is ahead as it should be
    try:
        checks = (
            (manifest.store == catalog.meta("store"), "属于另一个索引", True),
            (busy or manifest.revision >= catalog.revision, "落后于目录库", True),
            (manifest.revision <= catalog.revision, "比目录库还新：目录库丢失了改动", False),
            (manifest.counts == catalog.counts(manifest.revision), "数量与目录库不符", True),
            (manifest.makers == recorded(catalog), "模型或分词与目录库不符", True),
        )
    except (StoreDamaged, ValueError) as error:
        return [Problem(catalog.path.name, str(error), False)]
    where = f"derived/generations/{name}"
    return [Problem(where, message, cure) for good, message, cure in checks if not good]


def status(layout: Layout, catalog: Catalog, now: Generation) -> Status:
    """Sizes, counts, makers and problems."""
    files = [path for path in layout.root.iterdir() if path.name.startswith(layout.catalog.name)]
    return Status(
        root=str(layout.root),
        counts=now.manifest.counts,
        generation=now.name,
        revision=now.revision,
        built=now.manifest.built,
        embedder=now.manifest.makers.embedder,
        dimension=now.manifest.makers.dimension,
        tokenizer=now.manifest.makers.tokenizer,
        terms=len(catalog.meta("terms").split()),
        catalog_bytes=sum(path.stat().st_size for path in files),
        derived_bytes=sum(size for _, size, _ in now.manifest.all_files(layout, now.name)),
        generations=sum(1 for _ in layout.generation(now.name).parent.iterdir()),
        segments=len(now.segments),
        problems=(*_failures(catalog), *catalog.problems(now.revision)),
        dense=_kinds(now),
        pending=now.pending,
    )


def _kinds(now: Generation) -> str:
    """The kinds of dense index in use, each with its lowest recall@10."""
    lowest: dict[str, float] = {}
    for one in now.segments:
        made = one.part.dense
        lowest[made.kind] = min(made.recall, lowest.get(made.kind, 1.0))
    return "，".join(f"{kind}（召回率 {recall:.3f}）" for kind, recall in sorted(lowest.items()))


def _failures(catalog: Catalog) -> list[tuple[str, str]]:
    return [(doc, what) for doc, what in json.loads(catalog.meta("failures", "[]"))]
