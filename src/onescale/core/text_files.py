"""Files of text, read whole: one without an end is refused before memory is full."""

import os
import stat

LARGEST = 1 << 30  # bytes: a fit of a million groups has some 300 million


def read_text(path: str | os.PathLike) -> str:
    """The text of a file in UTF-8, or of a pipe (`<(…)` of a shell), as it stands there.

    Raises OSError as `open` does, ValueError of a device, of more than any of ours has and of bytes
    that are no UTF-8.
    """
    parts, size = [], 0
    with open(path, "rb") as stream:
        if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            raise ValueError("is a device, not a file")
        while part := stream.read(1 << 20):
            parts.append(part)
            if (size := size + len(part)) > LARGEST:
                raise ValueError(f"more than the {LARGEST:,} bytes that any has")
    return b"".join(parts).decode()
