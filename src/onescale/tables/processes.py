"""Work on the parts of a table by processes forked from this one, in the order of the parts.

Threads wait for each other wherever Python itself or what holds its lock works; processes do not.
Parts and results travel in memory that both sides share, two places a process, so that one can be
filled while the other is worked on. What a process cannot give (an error, a result that is larger
than its place, its own end) this one works out itself, with the words and the order of one process.
"""

import ast
import contextlib
import mmap
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from onescale.tables.parallel import in_turn

_ENDS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
MOST = 8  # processes: to read and to write for more is more than one can do
_LARGER = 12  # times its part, a result may be
_MESSAGE = 1 << 16  # bytes, of what goes with a part


def can_fork() -> bool:
    """Whether this process may be forked: by Linux, and with no thread of Python that would be cut
    off at whatever it holds."""
    return sys.platform == "linux" and threading.active_count() == 1


def results(
    work: Callable[..., Sequence], parts: Iterator[tuple] | None, number: int, size: int
) -> Iterator[Sequence] | None:
    """work(*part) of each part, in order, by `Processes`; None where there are no parts, or no
    processes to be had."""
    if parts is None:
        return None
    try:
        processes = Processes(work, number, size)
    except OSError:  # no memory for them, or too many
        return None

    def every() -> Iterator[Sequence]:
        with processes:
            yield from in_turn(processes.submit, parts, processes.bound)

    return every()


class Processes:
    """`number` of them. work: gives pieces of bytes of a part, whose first value is bytes and whose
    others are numbers, text and the like. size: bytes of the largest part that they are given.

    At most `bound` results may be waited for at once, and are asked for in order; one is good until
    as many later ones have been. Raises OSError where there is no room for them.
    """

    def __init__(self, work: Callable[..., Sequence], number: int, size: int):
        number = min(number, MOST)
        self.work, self.bound, self._given = work, 2 * number, 0
        self._team: list[_Process] = []
        try:
            for _ in range(number):
                self._team.append(_Process(work, size, self._team))
        except OSError:
            self.end()
            raise

    def submit(self, part: tuple) -> "_Result":
        process = self._team[self._given % len(self._team)]
        self._given += 1
        return _Result(self.work, part, process.give(part), process)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self) -> None:
        for process in self._team:
            process.end()


class _Result:
    def __init__(self, work: Callable, part: tuple, place: mmap.mmap | None, process: "_Process"):
        self.work, self.part, self.place, self.process = work, part, place, process

    def result(self) -> Sequence:
        """Pieces of bytes. Raises what the work does."""
        size = -1 if self.place is None else self.process.answer()
        return self.work(*self.part) if size < 0 else [memoryview(self.place)[:size]]


class _Process:
    """One of them, seen from here. others: those that were made before it."""

    def __init__(self, work: Callable, size: int, others: Sequence["_Process"]):
        self.size, self.sent = size, 0
        self.places = [(mmap.mmap(-1, size), mmap.mmap(-1, _LARGER * size)) for _ in range(2)]
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # A signal must not find the new process before it knows that it is one.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        try:
            with warnings.catch_warnings():  # of threads, which are none of Python's
                warnings.simplefilter("ignore", DeprecationWarning)
                self.id = os.fork()
            if not self.id:
                _live(work, theirs, self.places, [one.socket for one in (self, *others)])
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            theirs.close()

    def give(self, part: tuple) -> mmap.mmap | None:
        """Hand over a part; returns where its result will be, None if the part does not fit."""
        data, *others = part
        message = repr((len(data), *others)).encode()
        if len(data) > self.size or len(message) > _MESSAGE:
            return None
        given, taken = self.places[self.sent % 2]
        given[: len(data)] = data
        try:
            self.socket.send(message)
        except OSError:  # it has come to its end
            return None
        self.sent += 1
        return taken

    def answer(self) -> int:
        """How many bytes the next result has; −1 if there is none."""
        try:
            return int(self.socket.recv(_MESSAGE) or b"-1")
        except OSError:
            return -1

    def end(self) -> None:
        self.socket.close()
        with contextlib.suppress(OSError):  # where children are nobody's to wait for
            os.kill(self.id, signal.SIGKILL)
            os.waitpid(self.id, 0)


def _live(work: Callable, theirs: socket.socket, places: Sequence, others: Sequence) -> NoReturn:
    """A process of its own, from its first moment to its last. others: sockets that are none of
    its business."""
    try:
        for number in _ENDS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal asks all, and we are ended
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        for other in others:
            other.close()
        _serve(work, theirs, places)
    finally:
        os._exit(0)


def _serve(work: Callable, theirs: socket.socket, places: Sequence) -> None:
    """Work on the parts that come, until none will."""
    served = 0
    while message := theirs.recv(_MESSAGE):
        (given, taken), served = places[served % 2], served + 1
        size, *others = ast.literal_eval(message.decode())
        taken.seek(0)
        try:
            for piece in work(given[:size], *others):
                taken.write(piece)
            theirs.send(b"%d" % taken.tell())
        except Exception:  # whoever asked will meet it
            theirs.send(b"-1")
