"""Floors under the figures of the sample reports: a change that lowers one does not go in unnoticed."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import TashanError
from eval.measures import BY_KEY
from eval.run import Run
from eval.summary import ALL, TYPE_LABELS

BASELINE = Path(__file__).with_name("baseline.json")
FLOORS = (
    "ndcg@10", "hit@1", "recall_cap@10", "mrr@10", "evidence", "facts", "cited_gold", "quotes_valid",
    "wrong_place", "refused",
)  # fmt: skip
_LESS = (
    0.01  # how far under what was measured a floor is put: CPUs with and without bfloat16 differ that much
)
_EXACT = {"quotes_valid", "wrong_place"}  # a promise, not a figure: no slack
_DATA = ("dataset", "dataset_sha256", "corpus")


class FloorError(TashanError):
    """A figure is under its floor."""

    exit_code = 8


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was measured when, on which data, and what must hold."""

    data: dict[str, str]  # dataset, dataset_sha256, corpus
    floors: dict[str, float]  # measure → floor (ceiling where lower is better), over all answerable questions
    measured: dict[str, float]
    history: tuple[dict[str, Any], ...] = ()  # floors that were lowered, and why

    @classmethod
    def load(cls, path: Path = BASELINE) -> Baseline | None:
        """The pinned baseline; None where there is none yet.

        Raises:
            TashanError: the file can't be read.
        """
        if not path.exists():
            return None
        try:
            body = json.loads(path.read_text("utf-8"))
            return cls(body["data"], body["floors"], body["measured"], tuple(body["history"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TashanError(f"{path}：无法读取底线文件（{error}）。", "请从版本库恢复这个文件。") from error

    def save(self, path: Path = BASELINE) -> None:
        """Write the file that is kept under version control."""
        path.write_text(
            json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure against its floor."""

    measure: str
    value: float
    floor: float

    @property
    def holds(self) -> bool:
        """Whether the figure is no worse than its floor."""
        return not _worse(self.measure, self.value, self.floor)

    @property
    def words(self) -> str:
        """For readers."""
        relation = "不高于" if BY_KEY[self.measure].better < 0 else "不低于"
        return f"{BY_KEY[self.measure].label} {self.value:.4f}，应{relation} {self.floor:.4f}"


def check(run: Run, baseline: Baseline) -> list[Verdict]:
    """Every floor against the run.

    Raises:
        TashanError: the run is over other data than the floors.
    """
    data = _data(run)
    changed = [key for key in _DATA if data[key] != baseline.data.get(key)]
    if changed:
        names = {"dataset": "数据集", "dataset_sha256": "题目", "corpus": "示例报告"}
        raise TashanError(
            f"底线是在另一份数据上定的（{'、'.join(names[key] for key in changed)}变了）。",
            "请运行 python -m eval gate --update 重新定底线。",
        )
    now = measured(run)
    return [Verdict(key, now.get(key, _worst(key)), floor) for key, floor in baseline.floors.items()]


def updated(run: Run, baseline: Baseline | None, because: str | None) -> Baseline:
    """The baseline with floors put under what the run measures.

    Raises:
        TashanError: that would lower a floor, and `because` does not say why.
    """
    now = measured(run)
    new = {key: floor_under(key, value) for key, value in now.items()}
    old = baseline.floors if baseline else {}
    lowered = {key: old[key] for key in old if _worse(key, new.get(key, _worst(key)), old[key])}
    if lowered and not (because or "").strip():
        words = "、".join(
            f"{BY_KEY[key].label}（{old[key]:.3f} → {new.get(key, _worst(key)):.3f}）" for key in lowered
        )
        raise TashanError(f"这会放低底线：{words}。", '如果确有理由，请加 --because "理由"。')
    history = baseline.history if baseline else ()
    if lowered:
        history = (
            *history,
            {"because": because, "lowered": lowered, "to": {key: new.get(key) for key in lowered}},
        )
    return Baseline(_data(run), new, {key: round(value, 6) for key, value in now.items()}, history)


def measured(run: Run) -> dict[str, float]:
    """The figures that have floors: over all answerable questions, and the share of right refusals."""
    row = run.summary.figures[ALL]
    decided = {"decided": run.summary.refusal.accuracy}  # over all questions, those without an answer too
    return {key: row[key].mean for key in FLOORS if key in row} | decided


def floor_under(measure: str, value: float) -> float:
    """A floor a little under what was measured (a ceiling a little over it, where lower is better)."""
    slack = 0.0 if measure in _EXACT else _LESS
    if BY_KEY[measure].better < 0:
        return min(1.0, math.ceil((value + slack) * 1000 - 1e-6) / 1000)
    return max(0.0, math.floor((value - slack) * 1000 + 1e-6) / 1000)


def _worse(measure: str, value: float, floor: float) -> bool:
    sign = BY_KEY[measure].better
    return sign * value < sign * floor - 1e-9


def _worst(measure: str) -> float:
    return 0.0 if BY_KEY[measure].better > 0 else 1.0


def _data(run: Run) -> dict[str, str]:
    return {key: str(run.info["conditions"][key]) for key in _DATA}


def by_type(run: Run, measure: str) -> str:
    """A measure by question type in one line, to see where a floor broke."""
    return "，".join(
        f"{TYPE_LABELS.get(group, group)} {row[measure].mean:.3f}"
        for group, row in run.summary.figures.items()
        if measure in row and group != ALL
    )
