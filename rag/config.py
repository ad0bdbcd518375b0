"""Settings: the only place that reads TOML and the environment.

A value comes from, first found wins: an argument, the environment (``TASHAN_HOME_COUNTY``,
``TASHAN_SEARCH__K``, ``TASHAN_LLM__API_KEY``), ``tashan.toml``, the default below.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from corpus.errors import TashanError
from index.opening import place
from index.types import Layout

CONFIG_FILE = Path("tashan.toml")
CONFIG_VARIABLE = "TASHAN_CONFIG"  # another file than ./tashan.toml

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0, le=10.0)]
Place = Annotated[Path | str, BeforeValidator(place)]


class Search(BaseModel):
    """How hits are found and ordered. Weights are relative to each other; their sum does not matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    k: Annotated[int, Field(ge=1, le=200)] = 10  # reports among the hits
    depth: Annotated[int, Field(ge=10, le=2000)] = 150  # candidates of each kind of search
    # Weights of the four searches: a grid over howto-dev, ncpqa-dev and cmrc2018 together, default model with
    # its adapter, 10,630 passages (nDCG@10 .912; ncpqa hit@1 .869; a third of cmrc2018 .975). Words add
    # nothing beside bigrams; bigrams .5, whole .5 give .903 and .869; bigrams .25, whole .6 .914 and .864.
    dense: Weight = 0.6
    # Times dense where many places are wanted. 40 new comparisons: share of right reports among the first
    # five .50 at 1.33, .60 at 3.3; howto-dev the same up to 4, at 5 compare recall@10 .636 instead of .656.
    dense_many: Weight = 3.3
    # at least so many times where one case is wanted: howto-dev hit@1 .944 at 1, .954 at 1.3
    dense_how: Weight = 1.3
    # Asked in words that the reports lack (best bigram score for each gram of the question, of what a unique
    # one scores: .05 where people ask in their own words, .2 in ncpqa-dev), dense counts this over it times,
    # up to `dense_most`. 29 new questions: recall@10 .67, with it .76; ncpqa-dev hit@1 .872 and .866 (3.3
    # times for all: .844).
    worded: Weight = 0.17
    dense_most: Weight = 4.0
    words: Weight = 0.0
    bigrams: Weight = 0.35
    whole: Weight = 0.7
    # A synonym beside the asker's own word. 40 new comparisons, recall@10 beside the weights above: .546 at
    # .65, .568 at 1; howto-dev nDCG@10 .913 and .916; ncpqa-dev hit@1 .869 and .866.
    synonyms: Share = 1.0
    asked: Share = 0.5  # asking phrases and places beside the topic; ncpqa-dev hit@1 .849, at 0 .847
    # Beside the fused score, which counts 1. Without concepts howto-dev .880, with .1 to .2 .902. Feedback:
    # compare recall@10 .636 at .3, .646 at .4 and .5, .641 at .6.
    concepts: Weight = 0.15  # share of the things asked for that a passage names, in any wording
    feedback: Weight = 0.5  # likeness to the best reports, where many places are wanted
    # How near a report comes to each part of a question for one practice, as far as its words are not the
    # reports'. Of 106 new ones on as many reports hit@1 .698, with it .774 (.2 to .5 alike); ncpqa-dev the
    # same, and .815 where it counts for all questions.
    clauses: Weight = 0.2
    # a report whose title the question says in full: cmrc2018 .982, with it .989; nothing else changes
    titled: Weight = 0.1
    per_place: Annotated[int, Field(ge=1, le=50)] = 3  # reports of one county when several places are wanted
    per_report: Annotated[int, Field(ge=1, le=20)] = 3  # passages of one report among the hits
    reranker: str = ""  # a CrossEncoder's folder: a second stage over the first hits
    rerank_top: Annotated[int, Field(ge=1, le=100)] = 24
    rerank_weight: Share = 0.5


class Llm(BaseModel):
    """An OpenAI-compatible endpoint; used only when `base_url` and `model` are both set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = ""
    model: str = ""
    api_key: SecretStr = SecretStr("")
    timeout: Annotated[float, Field(gt=0, le=600)] = 60.0  # seconds, one request
    connect_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.2
    max_tokens: Annotated[int, Field(ge=64, le=32768)] = 1500

    @property
    def configured(self) -> bool:
        """Whether there is an endpoint to call."""
        return bool(self.base_url and self.model)


class Settings(BaseSettings):
    """Everything a user may set. Frozen: make another with `model_copy(update=…)`."""

    model_config = SettingsConfigDict(
        env_prefix="TASHAN_", env_nested_delimiter="__", frozen=True, extra="forbid", toml_file=CONFIG_FILE
    )

    store: Place = Path("var/store")  # a folder, or the address of a Milvus server
    model: str = "default"  # "default", a folder, or the name of a sentence-transformers model
    home_county: str = ""  # the asker's own county: what 别的县 is other than
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 7860
    hosts: tuple[str, ...] = ()  # names that the page is opened by, beside addresses and localhost
    sign_in: bool = False  # whether the page and the API ask for name and password
    audit_days: Annotated[int, Field(ge=0, le=3650)] = 180  # days that the journal keeps; 0: no journal
    records: Path | None = None  # the file of people, journal and feedback; beside the store if not given
    search: Search = Search()
    llm: Llm = Llm()

    @property
    def records_file(self) -> Path:
        """Where people, journal and feedback are kept."""
        if self.records is not None:
            return self.records
        if isinstance(self.store, str):  # a store that stands elsewhere
            return Path("var/records.sqlite")
        return Layout(self.store).records

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the TOML file."""
        file = Path(os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)

    def digest(self) -> str:
        """Twelve hex digits that change when a setting that can change an answer changes."""
        shown = self.model_dump(mode="json", include={"model", "home_county", "search", "llm"})
        shown["llm"] = {key: shown["llm"][key] for key in ("base_url", "model", "temperature", "max_tokens")}
        text = json.dumps(shown, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load(**given: Any) -> Settings:
    """Settings from arguments, environment and file; arguments that are None count as not given.

    Raises:
        TashanError: a key is unknown or its value is out of range, or the file is no TOML.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        raise TashanError(
            f"找不到配置文件 {named}（{CONFIG_VARIABLE}）。", "请检查路径，或取消这个环境变量。"
        )
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        raise TashanError(
            _complaint(error), f"请检查 {named or CONFIG_FILE} 或 TASHAN_* 环境变量。"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TashanError(
            f"{named or CONFIG_FILE}：不是有效的 TOML 文件（{error}）。", "请改正后重试。"
        ) from error
    except Exception as error:  # pydantic-settings wraps a value that is not JSON in its own error
        if type(error).__name__ != "SettingsError":
            raise
        raise TashanError(f"环境变量无法解析：{error}。", "请检查 TASHAN_* 环境变量。") from error


_SAYS = {
    "extra_forbidden": "没有这个配置项",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "必须大于 {gt}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "string_type": "应为文字（加引号）",
    "path_type": "应为路径",
    "model_type": "应为一节配置",
}


def _complaint(error: ValidationError) -> str:
    """Every bad key with what is wrong, in Chinese; the value of a secret is never repeated."""
    parts = []
    for one in error.errors(include_url=False):
        key = ".".join(str(level) for level in one["loc"])
        says = _SAYS.get(one["type"], "值不可用").format(**one.get("ctx", {}))
        value = "" if "key" in key or one["type"] == "extra_forbidden" else f"（现在是 {one.get('input')!r}）"
        parts.append(f"{key} {says}{value}")
    return "配置有误：" + "；".join(parts) + "。"
