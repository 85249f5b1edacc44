"""What started processes find in their environment."""

import shutil
import subprocess
import sys

from onescale.core import jobs


def test_a_command_beside_this_python_is_found(tmp_path, monkeypatch):
    command = tmp_path / "onescale"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("onescale") is None
    jobs.commands_at_hand()
    assert shutil.which("onescale") == str(command)


def test_linear_algebra_keeps_to_one_thread(monkeypatch):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "8")
    jobs.one_thread()
    asked = (
        "import numpy, threadpoolctl as t; print(*{p['num_threads'] for p in t.threadpool_info()})"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1"]
