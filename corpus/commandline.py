"""How every command line of the project ends: with an exit code and, of a mistake, one line for the user."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from corpus.errors import TashanError


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run a command line; an error that the user can act on is one Chinese line on standard error.

    Args:
        app: the commands.
        arguments: what is typed behind the name; None: what the process was given.

    Returns:
        The exit code: of the error, or of the command (130 where it was interrupted).
    """
    try:
        app(args=list(arguments) if arguments is not None else None, standalone_mode=True)
    except TashanError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return error.exit_code
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    return 0
