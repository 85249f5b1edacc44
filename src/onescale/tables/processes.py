"""Work on the parts of a table by processes forked from this one, in the order of the parts.

Threads wait for each other wherever Python itself or what holds its lock works; processes do not.
Parts travel in memory that both sides share, some places a process, so that one can be filled while
another is worked on, and results go the same way back. What a process cannot give (an error, a
result that is larger than its place, its own end) this one works out itself, with the words and the
order of one process.
"""

import ast
import contextlib
import ctypes
import mmap
import os
import signal
import socket
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import NoReturn

from onescale.tables.parallel import in_turn

_ENDS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
MOST = 8  # processes: to read and to write for more is more than one can do
_LARGER = 12  # times its part, a result may be
_AHEAD = 3  # parts that a process is given before the first is done with
_MESSAGE = 1 << 16  # bytes, of what goes with a part
_PR_SET_PDEATHSIG = 1  # of Linux's prctl.h


def can_fork() -> bool:
    """Whether this process may be forked: by Linux, and with no thread of Python that would be cut
    off at whatever it holds."""
    return sys.platform == "linux" and threading.active_count() == 1


def results(
    work: Callable[..., Sequence], parts: Iterator[tuple] | None, number: int, size: int
) -> Iterator[Sequence] | None:
    """work(*part) of each part, in order, by `Processes`; None where there are no parts, or no
    processes to be had. Each is good until the next is asked for."""
    if parts is None:
        return None
    try:
        processes = Processes(work, number, size)
    except OSError:  # no memory for them, or too many
        return None

    def every() -> Iterator[Sequence]:
        with contextlib.closing(processes):
            yield from in_turn(processes.submit, parts, processes.bound)

    return every()


class Processes:
    """`number` of them. work: gives pieces of bytes of a part, whose first value is bytes and whose
    others are numbers, text and the like. size: bytes of the largest part that they are given.

    At most `bound` results may be waited for at once, and are asked for in order; one is good until
    another part is given. Raises OSError where there is no room for them.
    """

    def __init__(self, work: Callable[..., Sequence], number: int, size: int):
        number = min(number, MOST)
        self.work, self.bound = work, _AHEAD * number
        self._team: list[_Process] = []
        try:
            with _undisturbed():  # until each knows that it is one, and we of each
                for _ in range(number):
                    self._team.append(_Process(work, size, self._team))
        except BaseException:
            self.close()
            raise

    def submit(self, part: tuple) -> Callable[[], Sequence]:
        """Give a part to the process that has the least to do. What returns gives the result,
        pieces of bytes, or raises what the work does."""
        process = min(self._team, key=lambda process: process.busy())
        places = process.give(part)

        def result() -> Sequence:
            size = -1 if places is None else process.answer()
            return self.work(*part) if size < 0 else [memoryview(places[1])[:size]]

        return result

    def close(self) -> None:
        with _undisturbed():
            for process in self._team:
                process.kill()
            for process in self._team:
                process.end()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Have signals that ask for the end wait for that of the block."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _Process:
    """One of them, seen from here. others: those that were made before it."""

    def __init__(self, work: Callable, size: int, others: Sequence["_Process"]) -> None:
        self.size, self.ended = size, False
        self.sent = self.taken = 0  # parts, and results
        self.sizes: deque[int] = deque()  # of results that were not asked for yet
        self.places = [(mmap.mmap(-1, size), mmap.mmap(-1, _LARGER * size)) for _ in range(_AHEAD)]
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, warnings.catch_warnings():  # of threads, which are none of Python's
            warnings.simplefilter("ignore", DeprecationWarning)
            self.id = os.fork()
            if not self.id:
                _live(self, others, work, theirs)

    def give(self, part: tuple) -> tuple | None:
        """Hand over a part; returns its place and that of its result, None if it does not fit."""
        data, *others = part
        message = repr((len(data), *others)).encode()
        if len(data) > self.size or len(message) > _MESSAGE:
            return None
        places = self.places[self.sent % _AHEAD]
        places[0][: len(data)] = data
        try:
            self.socket.send(message)
        except OSError:  # it has come to its end
            return None
        self.sent += 1
        return places

    def answer(self) -> int:
        """How many bytes the next result has; −1 if there is none."""
        while not self.sizes and self._hear():
            pass
        self.taken += 1
        return self.sizes.popleft() if self.sizes else -1

    def busy(self) -> tuple[bool, bool, int]:
        """Whether it has as many parts as there are places, whether it has come to its end, and how
        many parts are left to be done."""
        while self._hear(socket.MSG_DONTWAIT):
            pass
        left = self.sent - self.taken
        return left >= _AHEAD, self.ended, left - len(self.sizes)

    def _hear(self, flags: int = 0) -> bool:
        """Take in what it says next; False if there is nothing."""
        try:
            message = b"" if self.ended else self.socket.recv(_MESSAGE, flags)
        except BlockingIOError:
            return False
        except OSError:
            message = b""
        self.ended = not message
        if message:
            self.sizes.append(int(message))
        return not self.ended

    def kill(self) -> None:
        self.socket.close()
        with contextlib.suppress(OSError):
            os.kill(self.id, signal.SIGKILL)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # where children are nobody's to wait for
            os.waitpid(self.id, 0)


def _serve(work: Callable, theirs: socket.socket, places: Sequence) -> None:
    """In such a process: work on the parts that come, until none will."""
    for place in cycle(places):
        if not (message := theirs.recv(_MESSAGE)):
            return
        theirs.send(b"%d" % _given(work, *place, *ast.literal_eval(message.decode())))


def _given(work: Callable, given: mmap.mmap, taken: mmap.mmap, size: int, *others: object) -> int:
    """Work on a part in its place; returns how many bytes the result in its own has, −1 if it is
    none, or does not fit. Nothing else is kept of it."""
    taken.seek(0)
    try:
        for piece in work(given[:size], *others):
            taken.write(piece)
    except Exception:  # whoever asked will meet it
        return -1
    return taken.tell()


def _live(
    process: _Process, others: Sequence[_Process], work: Callable, theirs: socket.socket
) -> NoReturn:
    """A process of its own, from its first moment to its last, whatever is raised."""
    try:
        for one in (process, *others):  # which are none of its business
            one.socket.close()
        for number in _ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` has it
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal asks all, and we are ended
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        with contextlib.suppress(AttributeError, OSError, TypeError):
            # Else one that is stopped would outlive the command.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _serve(work, theirs, process.places)
    finally:
        os._exit(0)
