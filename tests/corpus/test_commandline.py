from __future__ import annotations

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


def test_what_is_no_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer(add_completion=False)
    app.command()(lambda: None)
    assert run(app, ["--nosuch"]) == 2
    assert "--nosuch" in capsys.readouterr().err
