"""Plots as inline SVG with outlined letters: nothing is loaded, and no font is needed where they are read."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from eval.summary import Figure

# With Chinese glyphs, the usual ones of Linux, Windows and macOS.
_FONTS = (
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC",
    "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Arial Unicode MS",
)  # fmt: skip
INK, MUTED, FIRST, SECOND, BAD = "#1f2933", "#9aa5b1", "#1f6f5c", "#c8772e", "#b3392f"


@cache
def chinese_font() -> str | None:
    """A font of this machine with Chinese glyphs, None where there is none (labels then show as boxes)."""
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS if name in known), None)


def _style() -> dict[Any, Any]:
    font = chinese_font()
    return {
        "font.family": [font, "DejaVu Sans"] if font else ["DejaVu Sans"],
        "axes.unicode_minus": False,
        "svg.fonttype": "path",
        "svg.hashsalt": "tashan",
        "font.size": 9,
    }


P = ParamSpec("P")


def _styled(draw: Callable[P, str]) -> Callable[P, str]:
    """Draw with our fonts and colours, leaving matplotlib's settings as they were."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> str:
        with matplotlib.rc_context(_style()), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from")  # no Chinese font: boxes
            return draw(*args, **kwargs)

    return inside


@_styled
def by_group(
    rows: Sequence[tuple[str, Mapping[str, Figure]]], measures: Sequence[tuple[str, str]], title: str
) -> str:
    """Means with their intervals, one cluster of bars a group; measures are (key, label)."""
    canvas, axes = _new(title, (8.4, 3.2))
    width = 0.8 / len(measures)
    for at, ((key, label), colour) in enumerate(zip(measures, (FIRST, SECOND, MUTED), strict=False)):
        have = [(x, row[key]) for x, (_, row) in enumerate(rows) if key in row]
        places = [x + (at - (len(measures) - 1) / 2) * width for x, _ in have]
        means = [figure.mean for _, figure in have]
        spread = [
            [max(0.0, figure.mean - figure.low) for _, figure in have],
            [max(0.0, figure.high - figure.mean) for _, figure in have],
        ]
        axes.bar(places, means, width * 0.92, label=label, color=colour, yerr=spread, capsize=2, ecolor=INK)
    axes.set_xticks(range(len(rows)), [name for name, _ in rows])
    axes.set_ylim(0, 1.05)
    _legend(axes)
    return _svg(canvas)


@_styled
def curve(points: Sequence[tuple[int, float]], title: str, x: str, y: str) -> str:
    """A line through (x, y) with y in [0, 1]."""
    canvas, axes = _new(title, (4.1, 2.9))
    axes.plot([p for p, _ in points], [q for _, q in points], marker="o", color=FIRST)
    axes.set_xticks([p for p, _ in points])
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return _svg(canvas)


@_styled
def histogram(groups: Sequence[tuple[str, Sequence[float]]], title: str, x: str, bins: int = 20) -> str:
    """Counts of values, one colour a group."""
    canvas, axes = _new(title, (4.1, 2.9))
    shown = [(label, list(values)) for label, values in groups if values]
    if shown:
        axes.hist(
            [values for _, values in shown],
            bins=bins,
            label=[label for label, _ in shown],
            color=[FIRST, BAD, SECOND][: len(shown)],
            stacked=False,
        )
    axes.set_xlabel(x)
    axes.set_ylabel("题数")
    if len(shown) > 1:
        _legend(axes)
    return _svg(canvas)


@_styled
def lines(series: Sequence[tuple[str, Sequence[tuple[float, float]]]], title: str, x: str, y: str) -> str:
    """Several lines, both axes from zero."""
    canvas, axes = _new(title, (6.4, 3.2))
    for (label, points), colour in zip(series, (FIRST, SECOND, BAD, MUTED, INK), strict=False):
        axes.plot([p for p, _ in points], [q for _, q in points], marker="o", label=label, color=colour)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    _legend(axes)
    return _svg(canvas)


def _new(title: str, inches: tuple[float, float]) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=inches, layout="constrained")
    FigureCanvasSVG(canvas)
    axes = canvas.add_subplot()
    axes.set_title(title, loc="left", color=INK, fontsize=11)
    axes.grid(axis="y", color="#e4e7eb", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return canvas, axes


def _legend(axes: Axes) -> None:
    axes.legend(frameon=False, fontsize=8, ncols=4, loc="lower right", bbox_to_anchor=(1, 1), borderpad=0)


def _svg(canvas: Canvas) -> str:
    out = io.StringIO()
    canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = out.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
