"""docs/evaluation.md: the figures of the current default, written by a command from what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval import systems
from eval.ablate import MEASURES as ABLATED
from eval.console import COLUMNS, groups, refusals, shown_value
from eval.measures import BY_KEY
from eval.run import Run
from eval.setup import WORK
from eval.summary import TYPE_LABELS

KEPT = WORK / "kept"  # the last outcome of each command, by dataset
TITLES = {
    "ablate": "检索分项",
    "times": "检索用时",
    "clean": "清洗得分",
    "peers": "同行比较",
}
_HEAD = """# Evaluation

Written by `python -m eval document` and not edited; with `--all` it first makes again whatever belongs to
another state of code, settings, questions or index. `python -m eval run` makes the figures of one data set,
`ablate`, `times`, `clean`, `bench` and `peers` the other tables. Figures are means over questions;
definitions with their sources stand in `eval/metrics.py` and `eval/answers.py`.
"""


def keep(kind: str, name: str, body: Any, out: Path | None) -> Path:
    """Keep the outcome of a command for the page."""
    path = out or KEPT / f"{kind}-{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def kept(kind: str, name: str) -> dict[str, Any] | None:
    """What a command kept last; None where there is nothing that can be read."""
    try:
        body = json.loads((KEPT / f"{kind}-{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def corpus_beside(gold: Path) -> Path:
    """The folder of raw files that lies beside a gold file's folder.

    Raises:
        TashanError: there is none.
    """
    for folder in (gold.parent / "corpora", gold.parent.parent / "corpora"):
        if folder.is_dir():
            return folder
    raise TashanError(f"{gold}：不知道原始文件在哪里。", "请用 --corpus 指定。")


def page(runs: Sequence[Run], tables: Sequence[tuple[str, str, Any]] = ()) -> str:
    """The whole page: runs, then tables by kind (kind, name of the dataset, body), then what things cost."""
    machine = systems.machine()
    where = (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Python {machine['python']}"
    )
    parts = [_HEAD, f"Machine: {where}.\n"]
    for run in runs:
        parts += _run(run)
    written = (("ablate", _ablation), ("times", _times), ("clean", _clean), ("peers", _peers))
    for kind, write in written:
        for its, name, body in tables:
            if its == kind:
                parts += write(name, body)
    for file in sorted(KEPT.glob("bench-*.json")):
        parts += _bench(file.stem.removeprefix("bench-"), json.loads(file.read_text("utf-8")))
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
        f"{_state(body)} Against all parts together: the difference of nDCG@10, and p of the paired "
        "randomisation test and of the paired bootstrap test, each after Holm's correction over the rows.\n"
    )
    rows = [
        [
            row["name"],
            *(f"{row[key]:.3f}" for key in ABLATED),
            "—" if row["delta"] is None else f"{row['delta']:+.3f}",
            *("—" if row[key] is None else f"{row[key]:.4f}" for key in ("p", "bootstrap")),
        ]
        for row in body["rows"]
    ]
    labels = [BY_KEY[key].label for key in ABLATED]
    yield markdown(["做法", *labels, "nDCG 差", "p（随机化）", "p（自助法）"], rows)


def _times(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Time from question to hits: {name}, {body['passages']} passages\n"
    yield (
        f"{_state(body)} Each of {body['conditions']['questions']} questions once, as typed, its vector "
        "computed anew. The sum is without a second stage unless its row says otherwise.\n"
    )
    yield markdown(body["header"], body["rows"])


def _state(body: Mapping[str, Any]) -> str:
    of = body["conditions"]
    return f"Config `{of['config']}`, corpus `{of['corpus']}`, code `{of['code']}`."


def _clean(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    from eval.cleaning import LABELS

    yield f"## Cleaning and metadata: {name}\n"
    yield f"Code `{body['code']}`.\n"
    rows = [[LABELS[kind], f"{ok}/{of}", f"{ok / of:.3f}"] for kind, (ok, of) in body["tally"].items()]
    yield markdown(["项目", "正确", "比例"], rows)


def _bench(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Cost: {name}\n"
    yield body["note"] + "\n"
    yield markdown(body["header"], body["rows"])


def _peers(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Beside other people's recipes: {name}\n"
    yield body["note"] + "\n"
    yield markdown(body["header"], body["rows"])
    yield body["lead"] + "\n"
