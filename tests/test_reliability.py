"""docs/reliability.md counts the tests of every promise as pytest does, and leaves out none of
tests/faults."""

import re
import subprocess
import sys

from places import ROOT

PAGE = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.*tests/.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


def test_every_number_is_that_of_its_files():
    named = [re.findall(r"tests/[a-z_/]+\.py", keepers) for _, keepers, _ in ROWS]
    every = sorted(set().union(*named))
    assert len(ROWS) > 15 and {one.name for one in (ROOT / "tests/faults").glob("test_*.py")} <= {
        one.removeprefix("tests/faults/") for one in every
    }
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *every]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    counts = dict(re.findall(r"^(tests/\S+\.py): (\d+)$", told, re.MULTILINE))
    assert counts.keys() == set(every)
    right = [" + ".join(counts[one] for one in files) for files in named]
    told = [re.match(r"[\d +]*\d", shown)[0] for *_, shown in ROWS]
    pairs = zip(ROWS, told, right, strict=True)
    wrong = [f"{row[0]}: {one}, and {now} is right" for row, one, now in pairs if one != now]
    assert not wrong, "\n".join(["docs/reliability.md:", *wrong])
