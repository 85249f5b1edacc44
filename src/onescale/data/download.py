"""One file from a web server, whole and of bounded size, or the reason why not in a few words.

pooch does the keeping (a temporary name until the last byte is there) and this module the talking:
a server that falls silent, hangs up early or sends without end is told from one that lacks the
file, since the first may do better when asked again and the second will not.
"""

import os
import sys
import time
from pathlib import Path

_ASK_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_MAX_SILENCES = 60  # a whole file may take this many times as long as one silence


class Failed(Exception):
    """No file; `again` where asking again may help, `unreachable` where no other file will do."""

    def __init__(
        self, reason: str, *, status: int = 0, again: bool = False, unreachable: bool = False
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.again = again
        self.unreachable = unreachable


def retrieve(url: str, path: str | os.PathLike, limit: int, timeout: float) -> None:
    """Download `url` to `path`; at most `limit` bytes, at most `timeout` seconds of silence.

    Shows a progress bar where standard error is a terminal. Raises Failed; then there is no `path`.
    """
    path = Path(path)
    try:
        import pooch
        import requests
    except ImportError as error:
        reason = f"downloading needs {error.name}: pip install 'onescale[workflow]'"
        raise Failed(reason, unreachable=True) from None
    pooch.get_logger().setLevel("WARNING")

    def downloader(url: str, output: str, _) -> None:
        _stream(url, output, limit, timeout)

    try:
        pooch.retrieve(
            url, known_hash=None, fname=path.name, path=path.parent, downloader=downloader
        )
    except requests.exceptions.Timeout:
        reason = f"no answer within {timeout:g} s"
        raise Failed(reason, again=True, unreachable=True) from None
    except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        raise Failed(_root(error), again=True, unreachable=True) from None
    except requests.exceptions.RequestException as error:
        raise Failed(_root(error), unreachable=True) from None


def _stream(url: str, output: str, limit: int, timeout: float) -> None:
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    # As stored: a server must not unpack the .gz, nor wrap it once more.
    as_stored = {"Accept-Encoding": "identity"}
    end = time.monotonic() + timeout * _MAX_SILENCES
    with requests.get(url, stream=True, timeout=timeout, headers=as_stored) as response:
        if response.status_code != 200:
            status = response.status_code
            reason = f"HTTP {status} {response.reason or ''}".strip()
            raise Failed(reason, status=status, again=status in _ASK_AGAIN)
        size = response.headers.get("Content-Length", "")
        total = int(size) if size.isdigit() else None
        if (total or 0) > limit:
            raise Failed(f"{total:,} bytes, when at most {limit:,} can be right")
        received = 0
        with open(output, "wb") as stream, _progress(url, total) as bar:
            try:
                while chunk := response.raw.read1(2**16, decode_content=False):
                    received += len(chunk)
                    if received > limit:
                        raise Failed(f"sends more than the {limit:,} bytes that can be right")
                    if time.monotonic() > end:
                        reason = f"not done after {timeout * _MAX_SILENCES:g} s"
                        raise Failed(reason, unreachable=True)
                    stream.write(chunk)
                    bar.update(len(chunk))
            except ReadTimeoutError:
                reason = f"silent for {timeout:g} s after {received:,} bytes"
                raise Failed(reason, again=True, unreachable=True) from None
            except HTTPError as error:
                raise Failed(f"cut short: {_root(error)}", again=True) from None
    if total is not None and received != total:
        raise Failed(f"cut short: {received:,} of {total:,} bytes", again=True)


def _progress(url: str, total: int | None):
    from tqdm import tqdm

    quiet = not sys.stderr.isatty()
    name = url.rsplit("/", 1)[1]
    return tqdm(desc=name, total=total, unit="B", unit_scale=True, disable=quiet, leave=False)


def _root(error: BaseException) -> str:
    """The innermost reason of the long chains that requests and urllib3 wrap it in."""
    while True:
        inner = error.__cause__ or error.__context__
        if inner is None:
            inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        if inner is None:
            return getattr(error, "strerror", None) or str(error) or type(error).__name__
        error = inner
