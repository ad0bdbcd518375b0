"""Settings: where values come from, and what is said about bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus.errors import TashanError
from rag.config import load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without tashan.toml, and no TASHAN_ variables."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "TASHAN_CONFIG",
        "TASHAN_STORE",
        "TASHAN_MODEL",
        "TASHAN_HOME_COUNTY",
        "TASHAN_PORT",
        "TASHAN_HOST",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_defaults_need_no_file() -> None:
    settings = load()
    assert (
        settings.store == Path("var/store") and settings.host == "127.0.0.1" and not settings.llm.configured
    )


def test_argument_before_environment_before_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "tashan.toml").write_text(
        'port = 8000\nhost = "0.0.0.0"\n[search]\nk = 7\n', encoding="utf-8"
    )
    monkeypatch.setenv("TASHAN_PORT", "8001")
    assert (load().port, load(port=8002).port, load(port=None).port) == (8001, 8002, 8001)
    assert (load().host, load().search.k) == ("0.0.0.0", 7)
    monkeypatch.setenv("TASHAN_SEARCH__K", "9")
    assert load().search.k == 9


def test_another_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "county.toml").write_text('home_county = "彰武县"\n', encoding="utf-8")
    monkeypatch.setenv("TASHAN_CONFIG", "county.toml")
    assert load().home_county == "彰武县"
    monkeypatch.setenv("TASHAN_CONFIG", "missing.toml")
    with pytest.raises(TashanError, match=r"missing\.toml"):
        load()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("port = 99999", "port 不能大于 65535"),
        ('port = "八千"', "port 应为整数"),
        ("[search]\nk = 0", r"search\.k 不能小于 1"),
        ("[search]\ndence = 1", r"search\.dence 没有这个配置项"),
        ("[llm]\ntimeout = -1", r"llm\.timeout 必须大于 0"),
        ("colour = 1", "colour 没有这个配置项"),
        ("port = = 1", "不是有效的 TOML"),
    ],
)
def test_a_bad_value_is_named(elsewhere: Path, text: str, says: str) -> None:
    (elsewhere / "tashan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TashanError, match=says) as error:
        load()
    assert "\n" not in str(error.value)


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAN_SEARCH", "不是 JSON")
    with pytest.raises(TashanError, match="环境变量"):
        load()


def test_the_key_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAN_LLM__API_KEY", "sk-secret")
    settings = load()
    assert settings.llm.api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings) and "sk-secret" not in settings.model_dump_json()


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        load().port = 1  # type: ignore[misc]


def test_the_digest_follows_what_changes_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load()
    assert len(plain.digest()) == 12 and plain.digest() == load().digest()
    assert load(port=9000, host="0.0.0.0", store=Path("x")).digest() == plain.digest()
    assert load(home_county="彰武县").digest() != plain.digest()
    monkeypatch.setenv("TASHAN_SEARCH__DENSE", "0.9")
    assert load().digest() != plain.digest()
