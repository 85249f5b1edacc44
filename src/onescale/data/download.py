"""One file from a web server, whole and of bounded size, or the reason why not in a few words.

A server that falls silent, hangs up early or sends without end is told from one that lacks the
file, since the first may do better when asked again and the second will not.
"""

import functools
import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onescale.core.atomic import atomic_write
from onescale.data.idx import Refused

_ASK_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_ANSWER = 3  # times as long as one silence may its head take, which comes in one piece
_MAX_SILENCES = 60  # a whole file may take this many times as long as one silence


def retrieve(url: str, path: Path, limit: int, timeout: float) -> None:
    """Download `url` to `path`; at most `limit` bytes, at most `timeout` seconds of silence.

    Shows a progress bar where standard error is a terminal. Raises Refused; then there is no
    `path`.
    """
    try:  # here: most runs download nothing, and only the extra `workflow` brings them
        import requests
        from tqdm import tqdm
    except ImportError as error:
        reason = f"downloading needs {error.name}: pip install 'onescale[workflow]'"
        raise Refused(reason, unreachable=True) from None
    name, quiet = url.rsplit("/", 1)[1], not sys.stderr.isatty()
    # As stored: a server must not unpack the .gz, nor wrap it once more.
    as_stored = {"Accept-Encoding": "identity"}
    try:
        ask = functools.partial(requests.get, url, stream=True, timeout=timeout, headers=as_stored)
        with _answer(ask, timeout * _ANSWER) as response:
            total = _expected(response, name, limit)
            shown = {"unit": "B", "unit_scale": True, "disable": quiet, "leave": False}
            with tqdm(desc=name, total=total, **shown) as bar, atomic_write(path, "wb") as stream:
                for chunk in _chunks(response.raw, name, limit, timeout):
                    stream.write(chunk)
                    bar.update(len(chunk))
                if total is not None and stream.tell() != total:
                    reason = f"{name}: cut short: {stream.tell():,} of {total:,} bytes"
                    raise Refused(reason, again=True)
    except requests.exceptions.Timeout:
        raise Refused(f"no answer within {timeout:g} s", again=True, unreachable=True) from None
    except requests.exceptions.RequestException as error:
        again = isinstance(error, requests.exceptions.ConnectionError)
        raise Refused(_root(error), again=again, unreachable=True) from None


def _answer(ask: Callable[[], Any], limit: float) -> Any:
    """The head of an answer, redirects followed. In a thread that is left behind where it takes too
    long: a header that comes a byte at a time is never silent for the time that a socket waits."""
    found: queue.Queue = queue.Queue()

    def run() -> None:
        try:
            found.put((ask(), None))
        except Exception as error:
            found.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        answer, error = found.get(timeout=limit)
    except queue.Empty:
        raise Refused(f"no whole answer within {limit:g} s", unreachable=True) from None
    if isinstance(error, OSError):  # those of requests are
        raise error
    if error is not None:  # an address that cannot be one, perhaps where it redirects to
        reason = str(error) or type(error).__name__
        raise Refused(f"leads to no address: {reason}", unreachable=True) from None
    return answer


def _expected(response, name: str, limit: int) -> int | None:
    """How many bytes the server promises, if it does; Refused if it has no such file."""
    status = response.status_code
    if status != 200:
        reason = f"{name}: HTTP {status} {response.reason or ''}".strip()
        raise Refused(reason, again=status in _ASK_AGAIN, absent=status == 404)
    size = response.headers.get("Content-Length", "")
    if not (size.isascii() and size.isdigit()):
        return None
    total = int(size[:18])  # the rest of a longer one cannot be right
    if total > limit or len(size) > 18:
        raise Refused(f"{name}: {total:,} bytes or more, when at most {limit:,} can be right")
    return total


def _chunks(raw, name: str, limit: int, timeout: float):
    """What the server sends, as it comes."""
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    received, end = 0, time.monotonic() + timeout * _MAX_SILENCES
    try:
        while chunk := raw.read1(2**16, decode_content=False):
            received += len(chunk)
            if received > limit:
                raise Refused(f"{name}: sends more than the {limit:,} bytes that can be right")
            if time.monotonic() > end:
                reason = f"not done after {timeout * _MAX_SILENCES:g} s"
                raise Refused(reason, unreachable=True)
            yield chunk
    except ReadTimeoutError:
        reason = f"silent for {timeout:g} s after {received:,} bytes"
        raise Refused(reason, again=True, unreachable=True) from None
    except HTTPError as error:
        raise Refused(f"{name}: cut short: {_root(error)}", again=True) from None


def _root(error: BaseException) -> str:
    """The innermost reason of the long chains that requests and urllib3 wrap it in."""
    while True:
        inner = error.__cause__ or error.__context__
        if inner is None:
            inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        if inner is None:
            words = " ".join(str(error).split())  # a server's own may end a line
            return getattr(error, "strerror", None) or words or type(error).__name__
        error = inner
