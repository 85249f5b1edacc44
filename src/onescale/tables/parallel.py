"""Work on the parts of a table by several threads, in the order of the parts.

NumPy and pyarrow let other threads run while they work on a part. The results come one after the
other, errors too, as from one thread, whatever the number; how many parts are in hand is bounded.
"""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count, takewhile

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_memory() -> None:
    """Keep what is freed for what comes next, where the C library is glibc.

    It would give every large array back to the system and ask for it again, page by page: a sixth
    of the time of a large table.
    """
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_TRIM_THRESHOLD, 1 << 28)
        set_option(_MMAP_THRESHOLD, 1 << 25)


def give_back() -> None:
    """The opposite: give the system back what is free, and from now on large arrays as soon as they
    are, for steps of which each takes much."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1 << 22)
        ctypes.CDLL(None).malloc_trim(0)


def in_order(work: Callable, parts: Iterable, threads: int, workers: int | None = None) -> Iterator:
    """work(part) of each part, in order, by threads of their own, if there may be several: as many,
    or so many `workers`. The parts are asked for by the thread that asks us."""
    if threads < 2:
        yield from map(work, parts)
        return
    from concurrent.futures import ThreadPoolExecutor

    workers = threads if workers is None else workers
    pool = ThreadPoolExecutor(workers)
    try:
        yield from in_turn(lambda part: pool.submit(work, part).result, parts, workers + 1)
    finally:
        pool.shutdown(cancel_futures=True)


def ahead(parts: Iterable, threads: int) -> Iterator:
    """The parts, each made by a thread of its own while the one before it is worked on."""
    following, end = iter(parts), object()
    made = in_order(lambda _: next(following, end), count(), threads, workers=1)
    return takewhile(lambda part: part is not end, made)


def behind(work: Callable, parts: Iterable, threads: int) -> None:
    """work(part) of each part, in order, by a thread of its own behind the one that makes them."""
    deque(in_order(work, parts, threads, workers=1), maxlen=0)


def in_turn(submit: Callable, parts: Iterable, bound: int) -> Iterator:
    """What `submit` begins with each part and what that returns ends, in order, at most `bound` of
    them waited for; an error of the parts comes behind the results of those before it."""
    parts, waiting, failed = iter(parts), deque(), None
    while failed is None:
        try:
            waiting.append(submit(next(parts)))
        except StopIteration:
            break
        except Exception as error:
            failed = error
        if len(waiting) >= bound:
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()
    if failed is not None:
        raise failed
