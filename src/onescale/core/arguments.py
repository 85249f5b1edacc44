"""Arguments of a command as a shell takes them: quoted, and in a file where there are too many.

A whole command is one argument of bash, and one argument may have 131,071 bytes.
"""

import hashlib
import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from onescale.core.atomic import atomic_write

LONGEST = 50_000  # bytes of a text that stands in a command as it is
FOLDER = ".snakemake/onescale"  # of the working folder: removed with all that Snakemake keeps
USUAL = ("Snakefile", "snakefile", "workflow/Snakefile", "workflow/snakefile")  # found unnamed


def fitting(text: str) -> str:
    """A text as one argument; a long one as `@FILE` that holds it."""
    if len(text.encode()) < LONGEST:
        return text
    path = f"{FOLDER}/{hashlib.sha256(text.encode()).hexdigest()[:20]}"
    if not os.path.exists(path):
        os.makedirs(FOLDER, exist_ok=True)
        with atomic_write(path) as stream:
            stream.write(text)
    return f"@{path}"


def listed(*inputs: str | Iterable[str]) -> str:
    """Files as arguments, quoted; many as `@FILE`, a line each.

    >>> listed("a b.json", ["c.json"])
    "'a b.json' c.json"
    """
    files = [f for given in inputs for f in ([given] if isinstance(given, str) else given)]
    held = fitting("\n".join(files))
    return shlex.join(files if held == "\n".join(files) else [held])


def words(name: str = "", *files: str | Iterable[str], **options: object) -> str:
    """A command of this name with files and options, quoted; options without a value left out.

    >>> words("compare", "a.json", step_times="t t.json", title=None)
    "compare a.json --step-times 't t.json'"
    """
    given = {f"--{k.replace('_', '-')}": fitting(str(v)) for k, v in options.items() if v}
    told = shlex.join([word for pair in given.items() for word in pair])
    return " ".join(filter(None, (name, listed(*files), told)))


def configured(snakefile: str, files: Iterable[Path], values: Iterable[str]) -> str:
    """Options by which Snakemake, started in the working folder, reads the same configuration.

    >>> configured("Snakefile", [Path("config/quick.yaml")], ["seeds=[0, 1]"])
    "--configfile config/quick.yaml --config 'seeds=[0, 1]'"
    """
    options = {
        "--snakefile": [one] if (one := _from_here(snakefile)) not in USUAL else [],
        "--configfile": [_from_here(path) for path in files],
        "--config": list(values),
    }
    return shlex.join([word for name, given in options.items() if given for word in (name, *given)])


def _from_here(path: str | Path) -> str:
    """A path beneath the working folder from there, another as it is."""
    return str(path).removeprefix(f"{os.getcwd()}{os.sep}")
