"""docs/evaluation.md: the figures of the current default, written by a command from what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval import systems
from eval.ablate import MEASURES as ABLATED
from eval.ablate import Row, with_holm
from eval.console import COLUMNS, groups, refusals, shown_value
from eval.measures import BY_KEY
from eval.run import RUN, Run, open_run
from eval.setup import WORK, Bench
from eval.summary import TYPE_LABELS

KEPT = WORK / "kept"  # the last outcome of each command, by dataset
_HEAD = """# Evaluation

Written by `python -m eval document` from the last runs on one machine; not edited. `python -m eval run` makes
the figures of one data set again, `ablate`, `clean`, `bench` and `peers` the other tables. Figures are means
over questions; definitions with their sources stand in `eval/metrics.py` and `eval/answers.py`.
"""


def keep(kind: str, name: str, body: Any, out: Path | None) -> Path:
    """Keep the outcome of a command for the page."""
    path = out or KEPT / f"{kind}-{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def ablation(table: Bench, rows: Sequence[Row]) -> dict[str, Any]:
    """The table of parts as it is kept."""
    return {
        "config": table.conditions.config,
        "questions": sum(item.answerable for item in table.dataset.items),
        "rows": [
            {
                "name": row.name,
                **row.means,
                "delta": row.against["ndcg@10"].delta if row.against else None,
                "p": p,
            }
            for row, p in with_holm(rows, "ndcg@10")
        ],
    }


def latest() -> list[Path]:
    """The newest complete run of each data set."""
    newest: dict[str, Path] = {}
    for file in sorted((WORK / "runs").glob(f"*/{RUN}"), key=lambda one: one.stat().st_mtime):
        conditions = json.loads(file.read_text("utf-8"))["conditions"]
        if conditions["system"] == "tashan":
            newest[conditions["dataset"]] = file.parent
    return [newest[name] for name in sorted(newest)]


def corpus_beside(gold: Path) -> Path:
    """The folder of raw files that lies beside a gold file's folder.

    Raises:
        TashanError: there is none.
    """
    for folder in (gold.parent / "corpora", gold.parent.parent / "corpora"):
        if folder.is_dir():
            return folder
    raise TashanError(f"{gold}：不知道原始文件在哪里。", "请用 --corpus 指定。")


def page(folders: Sequence[Path]) -> str:
    """The whole page.

    Raises:
        TashanError: there is no run.
    """
    if not folders:
        raise TashanError("还没有评测结果。", "请先运行 python -m eval run。")
    machine = systems.machine()
    where = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Python {machine['python']}"
    )
    parts = [_HEAD, f"Machine: {where}.\n"]
    for folder in folders:
        parts += _run(open_run(folder))
    for kind, write in (("ablate", _ablation), ("clean", _clean), ("bench", _bench), ("peers", _peers)):
        for file in sorted(KEPT.glob(f"{kind}-*.json")):
            parts += write(file.stem.removeprefix(f"{kind}-"), json.loads(file.read_text("utf-8")))
    return "\n".join(parts).rstrip() + "\n"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; all columns but the first to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _run(run: Run) -> Iterator[str]:
    conditions = run.info["conditions"]
    of = f" ({conditions['questions']} questions" + (", sampled)" if conditions["limit"] else ")")
    yield f"## {conditions['dataset']}{of}\n"
    yield (
        f"Config `{conditions['config']}`, corpus `{conditions['corpus']}`, code `{conditions['code']}`, "
        f"seed {conditions['seed']}.\n"
    )
    figures = run.summary.figures
    used = [key for key in COLUMNS if any(key in row for row in figures.values())]
    rows = []
    for group in groups(run.summary):
        row = figures[group]
        count = max((figure.n for figure in row.values()), default=0)
        cells = [shown_value(key, row[key].mean if key in row else None) for key in used]
        rows.append([TYPE_LABELS.get(group, group), str(count), *cells])
    yield markdown(["题型", "题数", *(BY_KEY[key].label for key in used)], rows)
    yield refusals(run.summary) + "\n"


def _ablation(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Parts of retrieval: {name} ({body['questions']} answerable questions)\n"
    yield (
        f"Config `{body['config']}`. p: paired randomisation test of nDCG@10 against all parts together, "
        "Holm's correction over the rows.\n"
    )
    rows = [
        [
            row["name"],
            *(f"{row[key]:.3f}" for key in ABLATED),
            "—" if row["delta"] is None else f"{row['delta']:+.3f}",
            "—" if row["p"] is None else f"{row['p']:.4f}",
        ]
        for row in body["rows"]
    ]
    yield markdown(["做法", *(BY_KEY[key].label for key in ABLATED), "nDCG 差", "p"], rows)


def _clean(name: str, body: Mapping[str, Sequence[int]]) -> Iterator[str]:
    from eval.cleaning import LABELS

    yield f"## Cleaning and metadata: {name}\n"
    rows = [[LABELS[kind], f"{ok}/{of}", f"{ok / of:.3f}"] for kind, (ok, of) in body.items()]
    yield markdown(["项目", "正确", "比例"], rows)


def _bench(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Cost: {name}\n"
    yield body["note"] + "\n"
    yield markdown(body["header"], body["rows"])


def _peers(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Beside other people's recipes: {name}\n"
    yield body["note"] + "\n"
    yield markdown(body["header"], body["rows"])
