from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import tokens
from index.tokens import Tokenizer, bigrams, fold, words
from tests.index.texts import ODD, SAMPLE

has_rust = pytest.mark.skipif(importlib.util.find_spec("rjieba") is None, reason="rjieba is not installed")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣與澎湖", "台湾与澎湖"),
        ("ＡＢＣ１２％", "abc12%"),
        ("乾隆年間", "乾隆年间"),
        ("後勤", "后勤"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("红色物业", ["红色", "色物", "物业"]),
        ("12345热线", ["12345", "热线"]),
        ("好，的", ["好", "的"]),
        ("增长5.6%，GDP", ["增长", "5.6", "gdp"]),
        ("5G＋网格", ["5g", "网格"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("🏠，。", []),
        ("", []),
    ],
)
def test_bigrams(text: str, expected: list[str]) -> None:
    assert bigrams(text) == expected


def test_words_drop_punctuation_and_particles() -> None:
    assert words("村民的积分，和“红色物业”。") == ["村民", "积分", "红色", "物业"]


def test_terms_stay_whole_and_change_the_name() -> None:
    plain, taught = Tokenizer(), Tokenizer(["接诉即办", "12345热线", "办"])
    assert "接诉即办" in taught.words("怎样做到接诉即办")
    assert "接诉即办" not in plain.words("怎样做到接诉即办")
    assert taught.terms == ("接诉即办",)
    assert taught.name.startswith(plain.name) and taught.name != plain.name
    assert Tokenizer(["接訴即辦"]).name == taught.name


def test_shared_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = [Tokenizer()]
    monkeypatch.setattr(tokens, "_default", lambda: shared)
    tokens.add_terms(["未诉先办"])
    tokens.add_terms(["接诉即办"])
    assert words("未诉先办接诉即办") == ["未诉先办", "接诉即办"]


@has_rust
@pytest.mark.parametrize("terms", [(), ("接诉即办", "红色物业", "四级联动", "代办", "有事好商量")])
def test_rust_and_python_cut_alike(terms: tuple[str, ...]) -> None:
    rust, python = Tokenizer(terms, rust=True), Tokenizer(terms, rust=False)
    texts = [path.read_text("utf-8", errors="replace") for path in sorted(SAMPLE.glob("*.txt"))[:8]]
    for text in [*texts, *ODD, "接诉即办怎么做", "红色物业四级联动有事好商量"]:
        assert rust.words(text) == python.words(text)
        assert rust.search_words(text) == python.search_words(text)
    assert rust.name == python.name


@pytest.fixture(scope="module")
def both() -> tuple[Tokenizer, Tokenizer]:
    return Tokenizer(rust=True), Tokenizer(rust=False)


@has_rust
@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8") | st.sampled_from("的物业红色网格员十百〇㐂𠀀後,，.1a"), max_size=60)
)
def test_rust_and_python_cut_alike_whatever_comes(both: tuple[Tokenizer, Tokenizer], text: str) -> None:
    rust, python = both
    assert rust.words(text) == python.words(text)
    assert rust.search_words(text) == python.search_words(text)
    assert set(rust.words(text)) <= set(rust.search_words(text))
    assert all(word.strip() for word in [*rust.words(text), *bigrams(text)])
