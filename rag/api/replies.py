"""What the API sends, described for its readers; `rag.contract` makes it, and a test compares them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Complaint(_Reply):
    """What went wrong."""

    error: Annotated[str, Field(description="出了什么问题", examples=["问题是空的。"])]
    hint: Annotated[str, Field(description="怎么办", examples=["请输入一个问题。"])]


class Place(_Reply):
    """The levels of a place; null where unknown."""

    province: Annotated[str | None, Field(examples=["辽宁省"])]
    city: Annotated[str | None, Field(examples=["沈阳市"])]
    county: Annotated[str | None, Field(examples=["沈河区"])]
    town: str | None
    community: str | None


class Citation(_Reply):
    """Where a quote stands; offsets are characters, half open."""

    n: Annotated[int, Field(description="回答里的 [n]")]
    doc: Annotated[str, Field(description="文件，相对于建索引的文件夹")]
    report: Annotated[str, Field(description="报告编号，用于 /api/reports/{编号}")]
    title: str
    title_made: Annotated[bool, Field(description="报告没有标题，由地方和正文里的一句话拼成")]
    locality: Place
    date: str | None
    source: str | None
    quote: Annotated[str, Field(description="原句，一字不改")]
    start: Annotated[int, Field(description="在报告正文中的起点")]
    end: int
    raw_start: Annotated[int, Field(description="在原文件中的起点")]
    raw_end: int


class Statement(_Reply):
    """One sentence of an answer."""

    text: str
    citations: list[int]
    verified: Annotated[bool, Field(description="没有这一项就是已核对")] = True
    note: str = ""


class HitBrief(_Reply):
    """A passage that was found."""

    doc: str
    passage: str
    score: Annotated[float, Field(description="0 到 1，只在同一次检索里可比")]


class Understood(_Reply):
    """What was made of the question."""

    include: list[str]
    exclude: list[str]
    since: int | None
    until: int | None
    intent: str
    query: Annotated[str, Field(description="结合先前问题补全后的问题")]
    topic: str
    unknown_places: list[str]


class Outcome(_Reply):
    """An answer with its citations, or a refusal with its reason."""

    id: str | None
    question: str
    status: Literal["answered", "refused"]
    reason: Literal["nothing_found", "weak_evidence", "place_without_practice"] | None
    text: Annotated[str, Field(description="回答，[n] 指向 citations")]
    statements: list[Statement]
    citations: list[Citation]
    hits: list[HitBrief]
    understood: Understood
    timings_ms: dict[str, float]
    config: Annotated[str, Field(description="所用设置的摘要")]
    next_questions: list[str]
    notice: Annotated[str, Field(description="仅在回答时有")] = ""
    nearest: Annotated[list[Citation], Field(description="仅在拒答时有：最接近的内容，不是回答")] = []
    beside: Annotated[
        list[str], Field(description="仅在拒答时有：next_questions 里与所问无关、但本库答得出的那些")
    ] = []


class Hit(_Reply):
    """A passage with its scores."""

    rank: int
    doc: str
    report: str
    passage: str
    score: float
    dense: float
    lexical: float
    text: str
    locality: Place


class Hits(_Reply):
    """The outcome of retrieval alone."""

    id: str | None
    question: str
    hits: list[Hit]


class Cell(_Reply):
    """What one place says of one column."""

    text: str
    citation: int | None


class Comparison(_Reply):
    """A table of theme × places."""

    theme: str
    columns: list[str]
    rows: Annotated[list[dict[str, str | Cell]], Field(description="place 是地方，其余各项是 columns 里的列")]
    citations: list[Citation]


class Section(_Reply):
    """A heading and what it spans."""

    heading: str
    level: int
    start: int
    end: int


class Report(_Reply):
    """A whole report."""

    doc: str
    report: str
    title: str | None
    shown_title: str
    locality: Place
    also: list[Place]
    date: str | None
    source: str | None
    text: str
    sections: list[Section]
    mentioned: list[str]


class Health(_Reply):
    """Whether questions are answered, and over how much."""

    status: Literal["ok"]
    version: str
    embedder: str
    documents: int
    reports: int
    passages: int
