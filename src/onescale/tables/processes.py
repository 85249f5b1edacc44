"""Work on the parts of a table by processes forked from this one, in the order of the parts.

Threads wait for each other wherever Python itself or what holds its lock works; processes do not.
Parts travel in memory that both sides share, some places a process, so that one can be filled while
another is worked on. Results go the same way back or, where they belong in a file, each process
writes its own into it, once it is told where those before it end. What a process cannot give (an
error, a result that is larger than its place, its own end) this one works out itself, with the
words and the order of one process.
"""

import ast
import contextlib
import ctypes
import errno
import io
import mmap
import os
import signal
import socket
import stat
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from onescale.core.atomic import Sink
from onescale.tables.parallel import in_turn

_ENDS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
MOST = 8  # processes: to read and to write for more is more than one can do
_LARGER = 12  # times its part, a result may be
_AHEAD = 3  # parts that a process is given before the first is done with
_MESSAGE = 1 << 16  # bytes, of what goes with a part
_PR_SET_PDEATHSIG = 1  # of Linux's prctl.h
_WRITTEN, _UNWRITTEN = b"written", b"unwritten"


def can_fork() -> bool:
    """Whether this process may be forked: by Linux, and with no thread of Python that would be cut
    off at whatever it holds."""
    return sys.platform == "linux" and threading.active_count() == 1


def results(
    work: Callable[..., Sequence],
    parts: Iterator[tuple] | None,
    number: int,
    size: int,
    sink: Sink | None,
) -> Iterator[Sequence] | None:
    """work(*part) of each part, in order, by `Processes`; None where there are no parts, or no
    processes to be had. Of what could be written into `sink` at once, nothing is given."""
    if parts is None:
        return None
    try:
        processes = Processes(work, number, size, File.of(sink))
    except OSError:  # no memory for them, or too many
        return None

    def every() -> Iterator[Sequence]:
        with processes:
            yield from in_turn(processes.submit, parts, processes.bound)

    return every()


class File:
    """A file that results are written into by whoever has them, one behind the other.

    lock: a file of ours alone, since others may hold locks on files that have names, and not every
    file system has locks.
    """

    def __init__(self, stream: io.BufferedWriter):
        stream.flush()
        self.stream, self.number, self.end = stream, stream.fileno(), stream.tell()
        make = getattr(os, "memfd_create", None)  # not in every build of Python
        self.lock = os.dup(self.number) if make is None else make("onescale")

    @classmethod
    def of(cls, sink: Sink | None) -> "File | None":
        """None of what is no plain file of ours: packed, a pipe, or standard output, in which
        nothing may stand behind what an error kept from being written."""
        plain = isinstance(sink, io.BufferedWriter) and sink.fileno() > 2
        return cls(sink) if plain and stat.S_ISREG(os.fstat(sink.fileno()).st_mode) else None

    def take(self, size: int) -> int:
        """Where the next `size` bytes go."""
        self.end += size
        return self.end - size

    def write(self, pieces: Sequence, place: int, wait: bool = True) -> bool:
        """False if another process writes and nobody is to wait for that: of two that write at
        once, the system has one turn in circles (a twelfth of all CPU time)."""
        try:
            os.lockf(self.lock, os.F_LOCK if wait else os.F_TLOCK, 0)
        except OSError as error:  # or no locks
            if not wait and error.errno in (errno.EACCES, errno.EAGAIN):
                return False
        try:
            for piece in pieces:
                left = memoryview(piece).cast("B")
                while left:
                    written = os.pwrite(self.number, left, place)
                    left, place = left[written:], place + written
        finally:
            with contextlib.suppress(OSError):
                os.lockf(self.lock, os.F_ULOCK, 0)
        return True


class Processes:
    """`number` of them. work: gives pieces of bytes of a part, whose first value is bytes and whose
    others are numbers, text and the like. size: bytes of the largest part that they are given.
    file: where the results are written; then none is handed over.

    At most `bound` results may be waited for at once, and are asked for in order; one is good until
    another part is given. Raises OSError where there is no room for them.
    """

    def __init__(self, work: Callable[..., Sequence], number: int, size: int, file: File | None):
        number = min(number, MOST)
        self.work, self.file, self.bound = work, file, _AHEAD * number
        self._team: list[_Process] = []
        try:
            with _undisturbed():  # until each knows that it is one, and we of each
                for _ in range(number):
                    self._team.append(_Process(work, size, file, self._team))
        except BaseException:
            self.end()
            raise

    def submit(self, part: tuple) -> "_Result":
        """Give a part to the process that has the least to do."""
        process = min(self._team, key=lambda process: process.busy())
        return _Result(self.work, part, process.give(part), process)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, error: object, *_: object) -> None:
        try:
            if error is None and self.file is not None:
                for process in self._team:
                    process.settle()
                self.file.stream.seek(self.file.end)
        finally:
            self.end()

    def end(self) -> None:
        with _undisturbed():
            for process in self._team:
                process.kill()
            for process in self._team:
                process.end()
        if self.file is not None:
            os.close(self.file.lock)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Have signals that ask for the end wait for that of the block."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _Result:
    """What becomes of a part. places: that of the part, and of its result, if a process has it."""

    def __init__(self, work: Callable, part: tuple, places: tuple | None, process: "_Process"):
        self.work, self.part, self.places, self.process = work, part, places, process

    def result(self) -> Sequence:
        """Pieces of bytes, none where they are written into a file. Raises what the work does."""
        size = -1 if self.places is None else self.process.answer()
        pieces = self.work(*self.part) if size < 0 else None
        file = self.process.file
        if file is None:
            return [memoryview(self.places[1])[:size]] if pieces is None else pieces
        if pieces is None:
            self.process.write(self, file.take(size))
        else:
            file.write(pieces, file.take(_size(pieces)))
        return []


class _Process:
    """One of them, seen from here. others: those that were made before it."""

    def __init__(
        self, work: Callable, size: int, file: File | None, others: Sequence["_Process"]
    ) -> None:
        self.size, self.file, self.ended = size, file, False
        self.sent = self.done = self.taken = 0  # parts, and results
        self.writing: tuple[_Result, int] | None = None  # and where
        self.sizes: deque[int] = deque()  # of results that were not asked for yet
        self.written: deque[bool] = deque()
        self.places = [
            (mmap.mmap(-1, size), None if file else mmap.mmap(-1, _LARGER * size))
            for _ in range(_AHEAD)
        ]
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
        self.settle()
        while not self.sizes and self._hear():
            pass
        self.taken += 1
        return self.sizes.popleft() if self.sizes else -1

    def busy(self) -> tuple[bool, bool, int]:
        """Whether it has as many parts as there are places, whether it has come to its end, and how
        many parts are left to be done."""
        while self._hear(socket.MSG_DONTWAIT):
            pass
        return self.sent - self.taken >= _AHEAD, self.ended, self.sent - self.done

    def write(self, result: _Result, place: int) -> None:
        """Have it write into the file what it has."""
        self.writing = result, place
        with contextlib.suppress(OSError):
            self.socket.send(b"%d" % place)

    def settle(self) -> None:
        """Wait until it has written. What it could not write is written here, or its error met."""
        if self.writing is None:
            return
        (result, place), self.writing = self.writing, None
        while not self.written and self._hear():
            pass
        if not self.written or not self.written.popleft():
            self.file.write(result.work(*result.part), place)

    def _hear(self, flags: int = 0) -> bool:
        """Take in what it says next; False if there is nothing."""
        try:
            message = b"" if self.ended else self.socket.recv(_MESSAGE, flags)
        except BlockingIOError:
            return False
        except OSError:
            message = b""
        self.ended = not message
        if message in (_WRITTEN, _UNWRITTEN):
            self.written.append(message == _WRITTEN)
        elif message:
            self.sizes.append(int(message))
            self.done += 1
        return not self.ended

    def kill(self) -> None:
        self.socket.close()
        with contextlib.suppress(OSError):
            os.kill(self.id, signal.SIGKILL)

    def end(self) -> None:
        with contextlib.suppress(OSError):  # where children are nobody's to wait for
            os.waitpid(self.id, 0)


class _Served:
    """The same process seen from inside."""

    def __init__(self, work: Callable, theirs: socket.socket, places: Sequence, file: File | None):
        self.work, self.socket, self.places, self.file = work, theirs, places, file
        self.parts: deque[bytes] = deque()  # that came while it was about others
        self.made: deque[Sequence] = deque()  # what is to be written …
        self.where: deque[int] = deque()  # … and its places, as far as they are known
        self.served = 0

    def serve(self) -> None:
        """Work on the parts that come, until none will; write between them, when no other does."""
        while self._listen():
            if self.where and self._write(wait=not self.parts):
                continue
            if self.parts:
                self._work(*ast.literal_eval(self.parts.popleft().decode()))

    def _listen(self) -> bool:
        """Take in what was said, waiting for it if there is nothing to do; False at the end."""
        while True:
            busy = self.parts or self.where
            try:
                message = self.socket.recv(_MESSAGE, socket.MSG_DONTWAIT if busy else 0)
            except BlockingIOError:
                return True
            if not message:
                return False
            if message.startswith(b"("):
                self.parts.append(message)
            else:
                self.where.append(int(message))

    def _work(self, size: int, *others: object) -> None:
        (given, taken), self.served = self.places[self.served % _AHEAD], self.served + 1
        try:
            pieces = self.work(given[:size], *others)
            answer = b"%d" % _size(pieces)
            if self.file is not None:
                self.made.append(pieces)
            else:
                taken.seek(0)
                for piece in pieces:
                    taken.write(piece)
        except Exception:  # whoever asked will meet it
            answer = b"-1"
        self.socket.send(answer)

    def _write(self, wait: bool) -> bool:
        """Write the first result whose place is known; False if another process writes."""
        try:
            if not self.file.write(self.made[0], self.where[0], wait):
                return False
            answer = _WRITTEN
        except Exception:
            answer = _UNWRITTEN
        self.made.popleft(), self.where.popleft()
        self.socket.send(answer)
        return True


def _size(pieces: Sequence) -> int:
    return sum(memoryview(piece).nbytes for piece in pieces)


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
            # Else one that is stopped, and those that wait for its lock, would outlive the command.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _Served(work, theirs, process.places, process.file).serve()
    finally:
        os._exit(0)
