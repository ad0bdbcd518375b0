from __future__ import annotations

from typing import Annotated, Literal

import pytest
import typer

from corpus.commandline import run
from corpus.errors import UnreadableFile


@pytest.mark.parametrize(
    ("how", "code", "told"),
    [
        ("well", 0, ""),
        ("mistake", UnreadableFile.exit_code, "a.txt：读不了。 请换一份。\n"),
        ("exit", 8, ""),
        ("interrupt", 130, ""),
    ],
)
def test_every_end_has_an_exit_code_and_a_mistake_one_line(
    how: str, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

    @app.command()
    def act(way: str) -> None:
        if way == "mistake":
            raise UnreadableFile("a.txt：读不了。\n", "请换一份。")
        if way == "exit":
            raise typer.Exit(8)
        if way == "interrupt":
            raise KeyboardInterrupt

    assert run(app, [how]) == code
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("act 三 --nosuch", "没有这个选项：--nosuch。"),
        ("act 三 --coun 2", "没有这个选项：--coun。是不是 --count？"),
        ("akt 三", "没有这个命令：akt。是不是 'act'？"),
        ("act", "缺少 way。"),
        ("act 三 四", "多出来的参数：四。"),
        ("act 三 --count", "选项 --count 后面要写一个值。"),
        ("act 三 --count 两", "--count 的值不对：这里要写整数。"),
        ("act 三 --count 9", "--count 的值不对：不能大于 3。"),
        ("act 三 --quick=1", "选项 --quick 后面不写值。"),
        ("act 三 --kind c", "--kind 的值不对：只能是 'a', 'b'。"),
    ],
)
def test_what_was_typed_wrong_is_told_in_chinese(
    typed: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer(add_completion=False)

    @app.callback()
    def every() -> None: ...

    @app.command()
    def act(
        way: str,
        count: Annotated[int, typer.Option(min=1, max=3)] = 1,
        quick: Annotated[bool, typer.Option("--quick")] = False,
        kind: Annotated[Literal["a", "b"], typer.Option()] = "a",
    ) -> None: ...

    assert run(app, typed.split()) == 2
    said = capsys.readouterr().err
    assert said.split("用法：")[0].rstrip("\n") == told
    assert said.count("\n") == 1
