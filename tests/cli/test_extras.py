"""A command that needs an extra says which, where it is not installed."""

import subprocess
import sys

WITHOUT = "import sys; sys.modules['pandas'] = None; from onescale.cli import main; main()"


def test_what_is_missing_is_named_with_what_brings_it(write_run):
    command = [sys.executable, "-c", WITHOUT, "compare", write_run("adam", {0: 0.9})]
    ended = subprocess.run(command, capture_output=True, text=True)
    told = "onescale: this needs pandas, which is not installed: pip install 'onescale[workflow]'\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", told)


def test_from_python_too():
    code = "import sys; sys.modules['pandas'] = None; import onescale; onescale.compare"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stderr.endswith("onescale.compare needs it: pip install 'onescale[workflow]'\n")
