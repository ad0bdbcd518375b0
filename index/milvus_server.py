"""A Milvus server and the collections that hold one store: the only module that imports pymilvus.

Five collections hold a store. Rows are only ever inserted and deleted; what is visible is decided by the
newest row of ``state``, so one insertion switches all readers.

``tashan_state``        one row a revision: what a manifest holds, compressed JSON
``tashan_documents_X``  a file: name, checksum, and its bytes, raw text and removals, packed
``tashan_reports_X``    a report: head, text and sections, packed; bigrams (BM25); bands of its MinHash
``tashan_passages_X``   a passage: text and spans; vector; words and bigrams (BM25); place and year
``tashan_pieces_X``     what of a packed file or report does not fit into one field

X is named by ``state``: a store of another model is made beside the old one.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from corpus.errors import TashanError
from index.lexical import K1, B

Row = dict[str, Any]

LONGEST = 65_535  # bytes of a VARCHAR field: the server's limit
STATE, LOCK = "tashan_state", "tashan_lock"
KINDS = ("documents", "reports", "passages", "pieces")

_CALL = 60.0  # seconds that one call may take
_CONNECT = 5.0
_AT_ONCE = 4 << 20  # bytes of one insertion; servers take 64 MiB
_ASK = 500  # values in one filter
_PAGE = 1000  # rows of one page of a scan
_MOST_PLACES = 4096  # keys of further places of a report; see index/milvus_rows.py
_MOST_BANDS = 64
_WITHOUT_VECTOR = {"unused": [0.0, 0.0]}  # every collection must have a vector field


class StoreUnreachable(TashanError):  # noqa: N818 (named like its siblings in corpus/errors.py)
    """The server that holds the index does not answer, or answers with an error."""

    exit_code = 9


def shown(url: str) -> str:
    """The address without the user and password that it may carry.

    >>> shown("http://root:secret@10.0.0.7:19530/db")
    'http://10.0.0.7:19530/db'
    """
    return re.sub(r"//[^/]*@", "//", url)


class Server:
    """A connection. Safe to share between threads.

    Args:
        url: ``http://[user:password@]host:port[/database]``.

    Raises:
        TashanError: pymilvus is not installed.
        StoreUnreachable: nobody answers there.
    """

    def __init__(self, url: str) -> None:
        try:
            import pymilvus
        except ImportError as error:
            raise TashanError(
                f"{shown(url)}：没有安装 pymilvus，不能使用 Milvus 里的索引。",
                "请先运行 .venv/bin/pip install -r requirements-milvus.txt。",
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what matters is raised
        self._milvus = pymilvus
        self.url = shown(url)
        self._address, self._turn = url, threading.Lock()
        self._connected: Any = None
        with self._spoken():
            self.lite = "lite" in self._client.get_server_version(timeout=_CONNECT)

    @property
    def _client(self) -> Any:
        """The connection; a new one after an error, because pymilvus does not always mend a broken one."""
        with self._turn:
            if self._connected is None:
                self._connected = self._milvus.MilvusClient(self._address, timeout=_CONNECT, dedicated=True)
            return self._connected

    def close(self) -> None:
        """Hang up."""
        with self._turn:
            if self._connected is not None:
                self._connected.close()
            self._connected = None

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """What the server or the network says, as an error that the reader can act on."""
        import grpc

        try:
            yield
        except (self._milvus.MilvusException, grpc.RpcError, OSError, ValueError) as error:
            with self._turn:
                self._connected = None
            said = " ".join(str(getattr(error, "message", "") or error).split())[:200]
            raise StoreUnreachable(
                f"{self.url}：Milvus 服务没有正常应答（{said}）。",
                "请检查地址、服务是否在运行、用户名和密码，然后再试。",
            ) from error

    # ---- collections

    def has(self, name: str) -> bool:
        """Whether there is a collection of this name."""
        with self._spoken():
            return bool(self._client.has_collection(name, timeout=_CALL))

    def names(self) -> list[str]:
        """The names of all collections."""
        with self._spoken():
            return list(self._client.list_collections(timeout=_CALL))

    def drop(self, name: str) -> None:
        """Drop a collection; none of this name is as good."""
        with self._spoken():
            self._client.drop_collection(name, timeout=_CALL)

    def claim(self, name: str, mark: str) -> bool:
        """Make an empty collection with a field named `mark`, as one step; False when `name` is taken."""
        schema = self._schema(("id", "INT64"))
        schema.add_field(mark, self._milvus.DataType.FLOAT_VECTOR, dim=2)
        if self.has(name):
            return False
        try:
            with self._spoken():
                self._client.create_collection(name, schema=schema, timeout=_CALL)
        except StoreUnreachable:
            if not self.has(name):
                raise
        return self.mark_of(name) == mark  # not ours where another was faster

    def mark_of(self, name: str) -> str:
        """The mark of a claimed collection, empty where there is none."""
        if not self.has(name):
            return ""
        with self._spoken():
            return str(self._client.describe_collection(name, timeout=_CALL)["fields"][-1]["name"])

    def create_state(self) -> None:
        """The collection that says what is visible."""
        schema = self._schema(("revision", "INT64"))
        self._varchar(schema, "value")
        self._plain(STATE, schema)

    def create(self, suffix: str, dimension: int) -> None:
        """The four collections of the contents, for vectors of this length."""
        kind = self._milvus.DataType
        schema = self._schema(("id", "VARCHAR"))
        schema.add_field("document", kind.INT64)
        self._varchar(schema, "data")
        self._plain(f"tashan_pieces_{suffix}", schema)

        schema = self._numbered("doc_key", "head", "data")
        schema.add_field("pieces", kind.INT64)
        self._plain(f"tashan_documents_{suffix}", schema)

        schema = self._numbered("report_key", "head", "data")
        for name in ("pieces", "document", "cluster"):
            schema.add_field(name, kind.INT64)
        self._array(schema, "bands", _MOST_BANDS)
        self._scored(schema, "bigrams")
        self._plain(f"tashan_reports_{suffix}", schema, "bigrams")

        schema = self._numbered(
            "doc_key", "content", "data", "province", "city", "county", "town", "community"
        )
        for name in ("document", "report", "year"):
            schema.add_field(name, kind.INT64)
        self._array(schema, "further", _MOST_PLACES)
        self._scored(schema, "words")
        self._scored(schema, "bigrams")
        schema.add_field("vector", kind.FLOAT_VECTOR, dim=dimension)
        self._make(f"tashan_passages_{suffix}", schema, {"vector": "IP"}, ("words", "bigrams"))

    def _schema(self, key: tuple[str, str]) -> Any:
        schema = self._milvus.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        more = {"max_length": 128} if key[1] == "VARCHAR" else {}
        schema.add_field(key[0], getattr(self._milvus.DataType, key[1]), is_primary=True, **more)
        return schema

    def _varchar(self, schema: Any, name: str) -> None:
        schema.add_field(name, self._milvus.DataType.VARCHAR, max_length=LONGEST)

    def _numbered(self, *texts: str) -> Any:
        schema = self._schema(("number", "INT64"))
        schema.add_field("born", self._milvus.DataType.INT64)
        for name in texts:
            self._varchar(schema, name)
        return schema

    def _array(self, schema: Any, name: str, most: int) -> None:
        kind = self._milvus.DataType
        schema.add_field(name, kind.ARRAY, element_type=kind.VARCHAR, max_capacity=most, max_length=512)

    def _scored(self, schema: Any, name: str) -> None:
        """A text field whose terms the server scores by BM25. Terms are codes (see index/milvus_rows.py)."""
        kind = self._milvus.DataType
        schema.add_field(
            name, kind.VARCHAR, max_length=LONGEST, enable_analyzer=True,
            analyzer_params={"tokenizer": "standard"},
        )  # fmt: skip
        schema.add_field(f"{name}_bm25", kind.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            self._milvus.Function(
                name=f"{name}_to_bm25",
                function_type=self._milvus.FunctionType.BM25,
                input_field_names=[name],
                output_field_names=[f"{name}_bm25"],
            )
        )

    def _plain(self, name: str, schema: Any, *scored: str) -> None:
        dense = {}
        if not scored:
            schema.add_field("unused", self._milvus.DataType.FLOAT_VECTOR, dim=2)
            dense = {"unused": "L2"}
        self._make(name, schema, dense, scored)

    def _make(self, name: str, schema: Any, dense: dict[str, str], scored: Sequence[str]) -> None:
        indexes = self._milvus.MilvusClient.prepare_index_params()
        for field, metric in dense.items():
            indexes.add_index(field, index_type="FLAT", metric_type=metric)  # compares with every vector
        for field in scored:
            indexes.add_index(
                f"{field}_bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25",
                params={"bm25_k1": K1, "bm25_b": B},
            )  # fmt: skip
        with self._spoken():
            self._client.create_collection(
                name, schema=schema, index_params=indexes, consistency_level="Strong", timeout=_CALL
            )

    # ---- rows

    def insert(self, name: str, rows: Iterable[Row], *, vectorless: bool = False) -> None:
        """Insert rows, some megabytes at a time."""
        group: list[Row] = []
        size = 0
        for row in rows:
            group.append(row | _WITHOUT_VECTOR if vectorless else row)
            size += sum(len(value) * 4 for value in row.values() if hasattr(value, "__len__"))
            if size > _AT_ONCE:
                self._insert(name, group)
                group, size = [], 0
        if group:
            self._insert(name, group)

    def _insert(self, name: str, rows: list[Row]) -> None:
        with self._spoken():
            self._client.insert(name, rows, timeout=_CALL)

    def replace(self, name: str, row: Row) -> None:
        """Put a whole row in place of the one with its key."""
        with self._spoken():
            self._client.upsert(name, [row | _WITHOUT_VECTOR], timeout=_CALL)

    def delete(self, name: str, where: str) -> None:
        """Delete what a filter lets through."""
        with self._spoken():
            self._client.delete(name, filter=where, timeout=_CALL)

    def settle(self, names: Sequence[str]) -> None:
        """Let milvus-lite write out what was inserted.

        It takes the statistics of BM25 from each of its files, and for what is not yet in one from the rows
        that pass the filter. A cluster keeps them itself, and its flushes are rationed.
        """
        if self.lite:
            for name in names:
                with self._spoken():
                    self._client.flush(name, timeout=_CALL)

    def rows(self, name: str, where: str, fields: Sequence[str]) -> list[Row]:
        """The rows that a filter lets through: for filters that let few through."""
        with self._spoken():
            found = self._client.query(name, filter=where, output_fields=list(fields), timeout=_CALL)
        return [dict(row) for row in found]

    def those(self, name: str, field: str, values: Iterable[int | str], fields: Sequence[str]) -> list[Row]:
        """The rows whose `field` is one of some numbers, keys or codes, in groups."""
        asked, out = [*dict.fromkeys(values)], []
        for start in range(0, len(asked), _ASK):
            out += self.rows(name, f"{field} in {listed(asked[start : start + _ASK])}", fields)
        return out

    def scan(self, name: str, where: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows that a filter lets through, page by page."""
        with self._spoken():
            pages = self._client.query_iterator(
                name, batch_size=_PAGE, filter=where, output_fields=list(fields), timeout=_CALL
            )
        try:
            while True:
                with self._spoken():
                    page = pages.next()
                if not page:
                    return
                yield from (dict(row) for row in page)
        finally:
            pages.close()

    def packed(self, name: str, kind: str, row: Row) -> str:
        """The packed contents of a file ("d") or report ("r"): what its row holds, and its further pieces."""
        keys = [f"{kind}{row['number']}-{at}" for at in range(int(row["pieces"]))]
        rest = {piece["id"]: piece["data"] for piece in self.those(name, "id", keys, ("id", "data"))}
        return str(row["data"]) + "".join(rest[key] for key in keys)

    # ---- searching

    def union(self, name: str, asked: dict[str, Any], k: int, where: str, fields: Sequence[str]) -> list[Row]:
        """The best `k` of each search, together: one hybrid search. `asked`: what is sought, by field."""
        if not asked or k <= 0:
            return []
        requests = [
            self._milvus.AnnSearchRequest(data=[what], anns_field=field, param={}, limit=k, expr=where)
            for field, what in asked.items()
        ]
        with self._spoken():
            found = self._client.hybrid_search(
                name, requests, self._milvus.RRFRanker(), limit=k * len(requests),
                output_fields=list(fields), timeout=_CALL,
            )  # fmt: skip
        return [dict(hit["entity"]) for hit in found[0]]

    def scores(self, name: str, field: str, what: Any, numbers: Sequence[int]) -> dict[int, float]:
        """The score of each of some rows for one search; a row that BM25 does not find has none."""
        if not len(numbers):
            return {}
        with self._spoken():
            found = self._client.search(
                name, data=[what], anns_field=field, limit=len(numbers),
                filter=f"number in {listed(numbers)}", output_fields=["number"], timeout=_CALL,
            )  # fmt: skip
        # milvus-lite writes BM25 with a minus in front, as a distance.
        sign = -1.0 if self.lite and field.endswith("_bm25") else 1.0
        return {int(hit["entity"]["number"]): sign * float(hit["distance"]) for hit in found[0]}


def listed(values: Sequence[int | str]) -> str:
    """Numbers or codes as the server's filters write them; never what a user typed."""
    return (
        "[" + ",".join(f'"{value}"' if isinstance(value, str) else str(int(value)) for value in values) + "]"
    )


def now() -> float:
    """Seconds since 1970."""
    return time.time()
