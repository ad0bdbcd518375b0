"""Errors that a reader can act on.

Every error says in Chinese what went wrong and what to do next, and knows the exit code of the
command it ends. Lower rooms raise; only the command lines and the page catch.
"""


class TashanError(Exception):
    """Something the reader can put right.

    Args:
        message: what went wrong, in which file (Chinese, one line).
        hint: what to do next (Chinese, one line); may be empty.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}{self.hint}"


class UnreadableFile(TashanError):  # noqa: N818 - the name says what happened
    """A file that can't be read as a report; the rest of a batch goes on without it."""

    exit_code = 3


class StoreMissing(TashanError):  # noqa: N818 - the name says what happened
    """There is no index at the place that was named."""

    exit_code = 4


class StoreMismatch(TashanError):  # noqa: N818 - the name says what happened
    """The index was built by another model, tokenizer or program version."""

    exit_code = 5


class StoreBusy(TashanError):  # noqa: N818 - the name says what happened
    """Another process is writing to the index."""

    exit_code = 6


class StoreDamaged(TashanError):  # noqa: N818 - the name says what happened
    """A file of the index does not agree with its checksum."""

    exit_code = 7


class StoreUnwritable(TashanError):  # noqa: N818 - the name says what happened
    """The disk is full or can't be written; what the index held before is intact."""

    exit_code = 8
