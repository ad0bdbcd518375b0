"""Vectors and tokens: computed once for each text, and kept under its hash.

They are committed on their own before the files that need them, so a build that was killed goes on where it
stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corpus.passages import context_line
from corpus.types import CleanFile, Locality, Passage, Report
from index import codec
from index.catalog import Catalog
from index.lexical import Postings
from index.schema import insert, next_number
from index.tokens import Tokenizer, bigrams
from index.types import Embedder, Progress, Vectors

if TYPE_CHECKING:
    from index.writer import Writer

_EMBED_AT_ONCE = 256  # texts between two commits and two reports of progress
_TOKENIZE_AT_ONCE = 2000

_WHOLE = "\0whole\n"  # tells a whole report from a passage with the same text

Texts = dict[bytes, str]  # by hash


def whole(place: Locality, title: str | None, text: str) -> str:
    """What is tokenized of a whole report: place, title and text."""
    return _WHOLE + codec.indexed_text(context_line(place, title, ()), text)


def context_of(report: Report, passage: Passage) -> str:
    """What stands in front of a passage when it is embedded and tokenized."""
    return context_line(report.locality, report.title, passage.heading_path)


def prepare(
    writer: Writer,
    files: Sequence[CleanFile],
    embedder: Embedder | None,
    tokenizer: Tokenizer,
    progress: Progress,
) -> None:
    """Compute the vectors and tokens that these files will need; without an embedder the tokens alone."""
    passages: Texts = {}
    reports: Texts = {}
    for file in files:
        for report, pieces in zip(file.reports, file.passages, strict=True):
            complete = whole(report.locality, report.title, report.text)
            reports[codec.content_hash(complete)] = complete
            for text in (codec.indexed_text(context_of(report, piece), piece.text) for piece in pieces):
                passages[codec.content_hash(text)] = text
    _tokenize(writer, _lacking(writer, "tokens", passages | reports, tokenizer.name), tokenizer, progress)
    if embedder is not None:
        _embed(writer, _lacking(writer, "vectors", passages, embedder.name), embedder, progress)


def _lacking(writer: Writer, table: str, texts: Texts, name: str) -> Texts:
    """Those of `texts` that have no row yet."""
    maker, statement = writer.maker(name), f"SELECT 1 FROM {table} WHERE content = ? AND maker = ?"
    return {key: text for key, text in texts.items() if not writer.rows(statement, (key, maker))}


def fill(writer: Writer, embedder: Embedder | None, tokenizer: Tokenizer, progress: Progress) -> None:
    """Compute the vectors and tokens that passages and reports in the catalog lack."""
    maker = writer.maker(tokenizer.name)
    texts = passages_without(writer, "tokens", maker) | _reports_without(writer, maker)
    _tokenize(writer, texts, tokenizer, progress)
    if embedder is not None:
        texts = passages_without(writer, "vectors", writer.maker(embedder.name))
        _embed(writer, texts, embedder, progress)


def passages_without(writer: Catalog, table: str, maker: int) -> Texts:
    """The texts of passages that have no row in `table` by this maker, by hash."""
    found = writer.rows(
        "SELECT p.content, p.context, p.text FROM passages p WHERE NOT EXISTS "
        f"(SELECT 1 FROM {table} x WHERE x.content = p.content AND x.maker = ?)",
        (maker,),
    )
    return {content: codec.indexed_text(context, text) for content, context, text in found}


def any_without(catalog: Catalog, maker: int) -> bool:
    """Whether any passage has no vector by this maker."""
    return bool(
        catalog.rows(
            "SELECT 1 FROM passages p WHERE NOT EXISTS "
            "(SELECT 1 FROM vectors x WHERE x.content = p.content AND x.maker = ?) LIMIT 1",
            (maker,),
        )
    )


def _reports_without(writer: Writer, maker: int) -> Texts:
    found = writer.rows(
        "SELECT r.content, r.title, r.text, r.province, r.city, r.county, r.town, r.community FROM reports r "
        "WHERE NOT EXISTS (SELECT 1 FROM tokens x WHERE x.content = r.content AND x.maker = ?)",
        (maker,),
    )
    return {
        content: whole(Locality(*levels), title, codec.unpack(text))
        for content, title, text, *levels in found
    }


def _embed(writer: Writer, texts: Texts, embedder: Embedder, progress: Progress) -> None:
    """Embed texts and keep the vectors, some hundreds in each transaction."""
    maker = writer.maker(embedder.name)
    keys = sorted(texts, key=lambda key: len(texts[key]))  # alike lengths together: less padding
    for start in range(0, len(keys), _EMBED_AT_ONCE):
        progress("计算向量", start, len(keys))
        group = keys[start : start + _EMBED_AT_ONCE]
        keep_vectors(writer, group, embedder.passages([texts[key] for key in group]), maker)
    if keys:
        progress("计算向量", len(keys), len(keys))


def keep_vectors(writer: Writer, keys: Sequence[bytes], vectors: Vectors, maker: int) -> None:
    """Keep the vectors of texts that have none yet, in one transaction."""
    halves = vectors.astype(np.float16)
    with writer.change():
        number = next_number(writer.db, "vectors")
        rows = [(number + at, key, maker, halves[at].tobytes()) for at, key in enumerate(keys)]
        insert(writer.db, "vectors", rows)


def _tokenize(writer: Writer, texts: Texts, tokenizer: Tokenizer, progress: Progress) -> None:
    """Tokenize texts and keep the counts."""
    maker = writer.maker(tokenizer.name)
    keys = list(texts)
    for start in range(0, len(keys), _TOKENIZE_AT_ONCE):
        progress("切分词语", start, len(keys))
        group = keys[start : start + _TOKENIZE_AT_ONCE]
        counts = [_counts(texts[key], tokenizer) for key in group]
        with writer.change():
            _keep_tokens(writer, group, counts, maker)
    if keys:
        progress("切分词语", len(keys), len(keys))


def _counts(text: str, tokenizer: Tokenizer) -> tuple[Counter[str], Counter[str]]:
    """Words and bigrams; of a whole report bigrams only.

    BM25 over whole reports, nDCG@10 on howto-dev and ncpqa-dev: bigrams of place, title and text .71 and .90,
    bigrams of the text alone .70 and .88, words of the text alone .65 and .84.
    """
    if text.startswith(_WHOLE):
        return Counter(), Counter(bigrams(text[len(_WHOLE) :]))
    return Counter(tokenizer.search_words(text)), Counter(bigrams(text))


def _keep_tokens(
    writer: Writer, keys: Sequence[bytes], counts: Sequence[tuple[Counter[str], Counter[str]]], maker: int
) -> None:
    numbers = _term_numbers(writer, set().union(*(side for pair in counts for side in pair)))
    number = next_number(writer.db, "tokens")
    rows = []
    for at, (key, sides) in enumerate(zip(keys, counts, strict=True)):
        words, pairs = (Postings.pack({numbers[t]: count for t, count in side.items()}) for side in sides)
        rows.append((number + at, key, maker, words, pairs))
    insert(writer.db, "tokens", rows)


def _term_numbers(writer: Writer, terms: Iterable[str]) -> dict[str, int]:
    """Numbers of terms, new ones added."""
    wanted = sorted(terms)
    numbers = writer.term_numbers(wanted)
    fresh = enumerate((term for term in wanted if term not in numbers), next_number(writer.db, "terms"))
    rows = [(number, term) for number, term in fresh]
    insert(writer.db, "terms", rows)
    return numbers | {term: number for number, term in rows}
