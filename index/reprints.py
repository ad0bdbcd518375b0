"""Which reports of a store reprint each other, kept up to date as reports come and go."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corpus import duplicates
from index.catalog import Catalog
from index.filters import FilterTable
from index.lexical import Bm25, best

_LIKELY = 8  # reports that share the most telling character pairs with a new one
_TELLING = 128  # the rarest of its pairs: a reprint shares nearly all of them
_SHARE_NEW = 0.1  # of more new reports than this, comparing all with all costs less

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def clusters(
    catalog: Catalog, table: FilterTable, alive: Mask, before: FilterTable | None, whole: Bm25, tokenizer: str
) -> Rows:
    """For each report the number of the first one that it reprints, its own where there is none.

    Comparing all reports takes milliseconds each. When few are new, the partition of the old ones is kept,
    and a new one is compared with those that share its most telling pairs of characters.

    Args:
        catalog: for the texts.
        table: the reports; its clusters are not looked at.
        alive: which of them are there.
        before: the table of the generation in use, None when nothing is to be taken over from it.
        whole: BM25 of the whole reports, in the order of `table`.
        tokenizer: whose pairs `whole` has.
    """
    new = alive.copy() if before is None else alive & ~np.isin(table.numbers, before.numbers)
    if before is None or np.count_nonzero(new) > _SHARE_NEW * np.count_nonzero(alive):
        return _compared(catalog, table.numbers, alive)
    out = _kept(table.numbers, alive, before)
    _place(out, catalog, table.numbers, np.flatnonzero(new), alive, whole, tokenizer)
    return out


def _compared(catalog: Catalog, numbers: Rows, alive: Mask) -> Rows:
    """All with all."""
    out, there = numbers.copy(), np.flatnonzero(alive)
    first = duplicates.clusters(catalog.texts_of(numbers[there].tolist()))
    out[there] = numbers[there[first]]
    return out


def _kept(numbers: Rows, alive: Mask, before: FilterTable) -> Rows:
    """The old partition; the first report that is left stands for its cluster."""
    out = numbers.copy()
    known = np.isin(numbers, before.numbers)
    out[known] = before.clusters[np.searchsorted(before.numbers, numbers[known])]
    there = np.flatnonzero(alive)
    _, first, cluster = np.unique(out[there], return_index=True, return_inverse=True)
    out[there] = numbers[there[first]][cluster]
    return out


def _place(
    out: Rows, catalog: Catalog, numbers: Rows, new: Rows, alive: Mask, whole: Bm25, tokenizer: str
) -> None:
    """Put each new report into the cluster of the first report that it reprints."""
    for row in new.tolist():
        terms = whole.rarest(catalog.bigrams_of(int(numbers[row]), tokenizer), _TELLING)
        scores = whole.scores(dict.fromkeys(terms.tolist(), 1.0))
        rows = sorted({*best(scores, _LIKELY, alive).tolist(), row})
        near = duplicates.clusters(catalog.texts_of(numbers[rows].tolist()))
        first = rows[near[rows.index(row)]]
        if first < row:
            out[row] = out[first]
