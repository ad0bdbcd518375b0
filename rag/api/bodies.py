"""What the API is sent. Lengths are limited so that no body can cost more than a long question does."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(max_length=100)]
Names = Annotated[list[Name], Field(max_length=50)]
Include = Annotated[Names, Field(description="只看这些地方", examples=[["辽宁省"]])]
Exclude = Annotated[Names, Field(description="不看这些地方", examples=[["沈河区"]])]
Asked = Annotated[Text, Field(description="问题", examples=["别的县是怎么做红色物业的？"])]


class Asking(BaseModel):
    """A question with the places it is limited to."""

    model_config = ConfigDict(extra="forbid")

    question: Asked
    history: Annotated[list[Text], Field(max_length=50, description="先前的问题，最早的在前")] = []
    include: Include = []
    exclude: Exclude = []
    home: Annotated[Name | None, Field(description="提问者所在的县，“别的县”以此为准")] = None
    llm: Annotated[bool, Field(description="由已配置的大模型撰写（没有配置时照样摘录）")] = False


class Searching(BaseModel):
    """A question for retrieval alone."""

    model_config = ConfigDict(extra="forbid")

    question: Asked
    k: Annotated[int, Field(ge=1, le=200, description="要几份报告")] = 10
    include: Include = []
    exclude: Exclude = []


class Comparing(BaseModel):
    """A theme to compare places by."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[str, Field(max_length=200, description="主题", examples=["老旧小区加装电梯"])]
    places: Annotated[int, Field(ge=2, le=30, description="最多几个地方")] = 8
