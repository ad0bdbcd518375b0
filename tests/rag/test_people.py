"""Names, passwords, roles, sessions and tokens; guessing is slowed down."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from corpus.errors import TashanError
from rag.access.db import Database
from rag.access.people import IDLE, LONGEST, People, Person, Throttle
from tests.rag.served import PASSWORD


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def people(tmp_path: Path) -> People:
    made = People(Database(tmp_path / "records.sqlite"))
    made.add("张三", PASSWORD, "editor")
    made.add("李四", PASSWORD, "reader")
    return made


def test_a_password_opens_only_its_own_door(people: People) -> None:
    assert people.check("张三", PASSWORD) == Person("张三", "editor")
    assert people.check("张三", PASSWORD + "x") is None
    assert people.check("王五", PASSWORD) is None
    people.password("张三", "ein anderes Wort")
    assert people.check("张三", PASSWORD) is None


def test_the_file_holds_no_secret_and_is_its_owners(people: People, tmp_path: Path) -> None:
    session = people.enter(Person("张三", "editor"))
    token = people.token("张三")
    whole = b"".join(path.read_bytes() for path in tmp_path.glob("records.sqlite*"))
    assert "张三".encode() in whole
    for secret in (PASSWORD, session, token):
        assert secret.encode() not in whole
    assert stat.S_IMODE((tmp_path / "records.sqlite").stat().st_mode) == 0o600


def test_sessions_end_when_idle_when_old_and_when_left(tmp_path: Path) -> None:
    clock = Clock()
    people = People(Database(tmp_path / "r.sqlite"), clock)
    people.add("张三", PASSWORD, "reader")
    person = Person("张三", "reader")
    session = people.enter(person)
    clock.at += IDLE - 1
    assert people.of_session(session) == person
    clock.at += IDLE - 1  # the last use counts
    assert people.of_session(session) == person
    clock.at += IDLE + 1
    assert people.of_session(session) is None
    session = people.enter(person)
    for _ in range(LONGEST // (IDLE - 1)):
        clock.at += IDLE - 1
        people.of_session(session)
    clock.at += IDLE - 1
    assert people.of_session(session) is None
    session = people.enter(person)
    people.leave(session)
    assert people.of_session(session) is None


@pytest.mark.parametrize("change", ["remove", "password"])
def test_a_change_ends_sessions_and_tokens(people: People, change: str) -> None:
    session, token = people.enter(Person("张三", "editor")), people.token("张三")
    assert people.of_token(token) == Person("张三", "editor")
    if change == "remove":
        people.remove("张三")
    else:
        people.password("张三", "ein anderes Wort")
    assert people.of_session(session) is None
    assert people.of_token(token) is None


def test_a_role_counts_from_the_next_request(people: People) -> None:
    session = people.enter(Person("张三", "editor"))
    people.role("张三", "reader")
    assert people.of_session(session) == Person("张三", "reader")


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [("", PASSWORD, "reader"), ("a\nb", PASSWORD, "reader"), ("王五", "kurz", "reader"),
     ("王五", "x" * 201, "reader"), ("王五", PASSWORD, "root"), ("张三", PASSWORD, "reader")],
)  # fmt: skip
def test_what_cannot_be_added_is_said_without_the_password(
    people: People, name: str, password: str, role: str
) -> None:
    with pytest.raises(TashanError) as error:
        people.add(name, password, role)
    assert password not in str(error.value)


def test_guessing_is_slowed_down() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    key = ("pair", "张三", "10.0.0.7")
    for _ in range(3):
        assert throttle.wait({key: 3}) == 0
        throttle.failed(key)
    assert 0 < throttle.wait({key: 3}) <= Throttle.WINDOW + 1
    assert throttle.wait({("pair", "李四", "10.0.0.7"): 3}) == 0
    clock.at += Throttle.WINDOW + 1
    assert throttle.wait({key: 3}) == 0
