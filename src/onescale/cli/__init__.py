"""The command line: `onescale COMMAND`.

One module a group of commands; this one joins them and turns every error into one line and its exit
status. Modules here import click alone at the top (`onescale --help` answers in a tenth of a
second); what a command needs is imported inside it.
"""

import contextlib
import errno
import io
import os
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from itertools import chain

import click

from onescale.cli import (
    beside,
    claims,
    compare,
    dataset,
    figures,
    fits,
    html,
    mnist,
    options,
    page,
    step_time,
    tables,
    train,
    tune,
    verify,
)
from onescale.core.errors import OnescaleError, SourceError, SpecError, VerificationError, suggest
from onescale.core.text import brief, visible


class Commands(click.Group):
    """All commands; each ends well when the reader of its output goes away, as `head` does. Here,
    since click makes exit status 1 of it. An option given twice of which one would be forgotten is
    refused."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under the headings of `GROUPS`."""
        limit = formatter.width - 6 - max(map(len, self.commands))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(c.name, c.get_short_help_str(limit)) for c in commands])

    def resolve_command(self, ctx: click.Context, args: list[str]):
        if args[0] not in self.commands and not args[0].startswith("-"):
            meant = ALSO.get(args[0].lower())
            near = f"unknown command {args[0]!r}; did you mean {meant!r}?"
            raise SpecError(near if meant else suggest(args[0], self.commands, "command"))
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            _refuse_repeated(command, click.Context(command, ctx, info_name=name), rest)
        return name, command, rest

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_repeated(command: click.Command, ctx: click.Context, args: list[str]) -> None:
    with contextlib.suppress(click.UsageError):  # which the command will word
        given = command.make_parser(ctx).parse_args(args=list(args))[2]
        for option, times in Counter(given).items():
            once = isinstance(option, click.Option) and not (option.multiple or option.is_flag)
            if once and times > 1:
                raise SpecError(
                    f"{option.opts[-1]} was given {times} times, and {command.name} takes it once"
                )


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="onescale")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Put tables and training techniques on one scale."""


GROUPS = {
    "Tables": (*tables.COMMANDS, *fits.COMMANDS),
    "Training": (mnist.mnist, dataset.dataset, train.train, tune.tune, step_time.step_time),
    "Evidence": (
        compare.compare,
        compare.study,
        compare.trials,
        compare.repeats,
        claims.claims,
        claims.discrepancies,
        beside.confirmation,
        beside.carry_over,
        figures.figures,
    ),
    "Workflow": (page.page, html.html, verify.manifest, verify.verify),
}
# What else people call the commands.
ALSO = {
    "zscore": "standardize",
    "z-score": "standardize",
    "standardise": "standardize",
    "normalize": "minmax",
    "normalise": "minmax",
    "min-max": "minmax",
    "percentile": "rank",
    "summary": "describe",
    "transform": "apply",
}
for command in chain(*GROUPS.values()):
    cli.add_command(command)


_CLEARING, _AGAIN = 2, 0.25  # seconds


class _Ended(BaseException):
    """A signal asked for the end; raised so that what is half written is cleared away. Another soon
    after it, as of who presses Ctrl-C twice, does not cut that short."""

    status, since = 0, 0.0

    @classmethod
    def by(cls, number: int, frame: object) -> None:
        if cls.status and time.monotonic() < cls.since + _CLEARING:
            return
        cls.status, cls.since = 128 + number, time.monotonic()
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, cls.again)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
        raise cls

    @classmethod
    def again(cls, number: int, frame: object) -> None:
        """Raise it once more where code that takes any exception for its own (`except:`, while
        others' modules load) has swallowed it; not while it is what is being cleared away for."""
        error = sys.exc_info()[1]
        while error is not None and not isinstance(error, cls):
            error = error.__context__
        if error is None:
            raise cls


def _listen(handler: Callable | signal.Handlers) -> None:
    """End by `handler` at what a terminal, a person or a cluster asks with; not where it is
    ignored, as `nohup` has it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def main() -> None:
    """Entry point of the `onescale` command; exit statuses as in `onescale.core.errors`."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's start would make more, for 60 ms
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # its own takes 40 MB at the start
    warnings.showwarning = lambda message, *_: options.say(f"onescale: warning: {message}")
    try:
        _listen(_Ended.by)
        _main()
    except BaseException:
        if _Ended.status:  # an import that was cut short may make another error of it
            sys.exit(_Ended.status)
        raise
    finally:
        # While Python itself ends, a handler of ours would show a traceback.
        if _Ended.status and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
        _listen(signal.SIG_IGN if _Ended.status else signal.SIG_DFL)


# What libraries say that cannot be loaded, or begin a thread, for want of memory.
_NO_MEMORY = (
    "failed to map segment from",
    "Failed to launch worker thread",
    "can't start new thread",
)


def _main() -> None:
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        print("\n".join(map(visible, told.getvalue().splitlines())), file=sys.stderr)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except OnescaleError as error:
        _fail(error, error.exit_code)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        todo = " (make room, then run the same again)" if full else ""
        _fail(error, 3, f"{where}{error.strerror or error}{todo}")
    except UnicodeEncodeError as error:  # a name, option or text of no UTF-8, or a terminal's
        what = f"{error.object[error.start : error.end][:20]!a}, in a name, an option or a text"
        _fail(error, 3, f"{what}, cannot be written in {error.encoding}")
    except Exception as error:
        if isinstance(error, MemoryError) or any(words in str(error) for words in _NO_MEMORY):
            told = "this takes more memory than there is: fewer columns or groups at a time"
            _fail(error, 3, told)
        if isinstance(error, ModuleNotFoundError) and error.name.partition(".")[0] != "onescale":
            needed = f"this needs {error.name}, which is not installed"
            _fail(error, 2, f"{needed}: pip install 'onescale[workflow]'")
        _fail(error, 1, f"this is a bug: {type(error).__name__}: {error} (run again with --debug)")


def _fail(error: BaseException, status: int, message: str | None = None) -> None:
    if "--debug" in sys.argv[1:]:
        raise error
    listing = isinstance(error, (SourceError, VerificationError))  # a line a source or file
    lines = (message or str(error)).split("\n") if listing else [message or str(error)]
    print("onescale:", "\n".join(brief(visible(line)) for line in lines), file=sys.stderr)
    sys.exit(status)
