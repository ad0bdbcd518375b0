"""How every command line of the project speaks and ends: in Chinese, an exit code, a mistake on one line."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import typer
from typer import rich_utils
from typer.exceptions import TyperException

from corpus.errors import TashanError

rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.DEFAULT_STRING = "[默认：{}]"
rich_utils.REQUIRED_LONG_STRING = "[必填]"

# What typer says of a line that it can't read; anything else is passed on as it is.
_TOLD = (
    (re.compile(r"No such option: (\S+)"), r"没有这个选项：\1"),
    (re.compile(r"No such command '(.*?)'\."), r"没有这个命令：\1"),
    (re.compile(r" ?Did you mean (.*?)\?$"), r"。是不是 \1？"),
    (re.compile(r" ?\(Possible options: (.*?)\)$"), r"。是不是 \1？"),
    (re.compile(r"Missing command\."), "没有写命令"),
    (re.compile(r"Missing (?:argument|option|parameter) '(.*?)'\."), r"缺少 \1"),
    (re.compile(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)"), r"多出来的参数：\1"),
    (re.compile(r"Option '(.*?)' requires an argument\."), r"选项 \1 后面要写一个值"),
    (re.compile(r"Option '(.*?)' does not take a value\."), r"选项 \1 后面不写值"),
    (re.compile(r"Invalid value for '(.*?)': ", re.DOTALL), r"\1 的值不对："),
    (re.compile(r"Input should be a valid integer.*"), "这里要写整数"),
    (re.compile(r"Input should be a valid number.*"), "这里要写数字"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"不能小于 \1"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"不能大于 \1"),
    (re.compile(r"(?:Value error, )?'(.*?)' is not one of (.*?)\.?$"), r"只能是 \2"),
)


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run a command line; an error that the user can act on is one Chinese line on standard error.

    Args:
        app: the commands.
        arguments: what is typed behind the name; None: what the process was given.

    Returns:
        The exit code: of the error, or of the command (130 where it was interrupted).
    """
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except TashanError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return error.exit_code
    except TyperException as error:
        sys.stderr.write(_told(error))
        return error.exit_code
    except typer.Abort:
        return 1
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    return code if isinstance(code, int) else 0


def _told(error: TyperException) -> str:
    """What was typed wrong and where to look it up, in one line; nothing where the whole help was shown."""
    words = error.format_message().strip()
    if not words:
        return ""
    for theirs, ours in _TOLD:
        words = theirs.sub(ours, words)
    context = getattr(error, "ctx", None)
    stop = "" if words.endswith("？") else "。"
    return words + stop + (f"用法：{context.command_path} --help\n" if context is not None else "\n")
