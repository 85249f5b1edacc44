"""The errors that onescale raises on purpose, each with the exit status of the command line.

A message is one line that says where, what was found, and what to do. Whatever is not one of these
is a bug: it ends with status 1, and `onescale --debug` shows its traceback.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class OnescaleError(Exception):
    """Base of all; `exit_code` is the status a command ends with."""

    exit_code = 1


class SpecError(OnescaleError, ValueError):
    """A variant, option or argument that cannot be meant: unknown name, value out of range."""

    exit_code = 2


class DataError(OnescaleError, ValueError):
    """Bad data: all that concerns a named file, column or array."""

    exit_code = 3


class SourceError(OnescaleError):
    """A data set that none of its sources could supply."""

    exit_code = 4


class VerificationError(OnescaleError):
    """Results that are not those their manifest describes."""

    exit_code = 5


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Put a place before what a SpecError says that is raised inside.

    >>> with placed("variant adam"):
    ...     raise SpecError("no such rate")
    Traceback (most recent call last):
    onescale.core.errors.SpecError: variant adam: no such rate
    """
    try:
        yield
    except SpecError as error:
        raise SpecError(f"{place}: {error}") from None


@contextmanager
def in_one_line(place: str) -> Iterator[None]:
    """End the process at an error of ours with a line about it, without the frames of its host.

    >>> with in_one_line("configuration"):
    ...     raise SpecError("no such rate")
    Traceback (most recent call last):
    SystemExit: configuration: no such rate
    """
    try:
        yield
    except OnescaleError as error:
        from onescale.core.text import brief, visible

        sys.exit(f"{place}: {brief(visible(str(error)))}")


def suggest(name: str, known, what: str = "name") -> str:
    """The end of a message on an unknown `name`: the nearest known one, else all of them.

    >>> suggest("adan", ["adam", "sgd"])
    "unknown name 'adan'; did you mean 'adam'?"
    """
    import difflib

    known = [str(k) for k in known]
    near = difflib.get_close_matches(str(name), known, n=1)
    if near:
        return f"unknown {what} {name!r}; did you mean {near[0]!r}?"
    return f"unknown {what} {name!r}; known: {some(known)}"


def some(names: Sequence[str], most: int = 30) -> str:
    """Names with commas between them; of many the first, and how many more there are.

    >>> some(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
