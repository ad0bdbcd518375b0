"""Communities that a report names without their town or county: which one of them it tells of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from corpus.chains import Chain

_MAIN = 0.75  # share of the mentions that one name needs among all; the others are words that look like names
_SHORTEST = 4  # characters of a name with its kind that may be the end of another


def one_told_of(loose: Sequence[Chain]) -> list[Chain]:
    """The mentions of the one community that the report tells of, under one name; none where that is unclear.

    A name with a word run into it (夯实水湾社区) counts for the one that it ends with (水湾社区).
    """
    names = Counter(_name(c) for c in loose)
    short = {name: _end(name, names) for name in names}
    times: Counter[str] = Counter()
    for name, count in names.items():
        times[short[name]] += count
    ranked = times.most_common(2)
    if not ranked:
        return []
    best, count = ranked[0]
    titled = any(c.zone == "title" and short[_name(c)] == best for c in loose)
    second = ranked[1][1] if len(ranked) > 1 else 0
    if count < _MAIN * times.total() and not (titled and count > 2 * second):
        return []
    return [_called(c, best) for c in loose if short[_name(c)] == best]


def _name(chain: Chain) -> str:
    return chain.place.community or ""


def _end(name: str, names: Counter[str]) -> str:
    """The longest other name that `name` ends with, itself where there is none."""
    ends = (name[cut:] for cut in range(1, len(name) - _SHORTEST + 1))
    return next((end for end in ends if end in names), name)


def _called(chain: Chain, name: str) -> Chain:
    return replace(chain, candidates=(replace(chain.place, community=name),))
