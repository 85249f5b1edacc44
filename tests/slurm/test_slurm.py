"""Training on a SLURM cluster of one node, which is set up here and taken down again.

`make test-slurm` runs it: it needs root and Debian's package slurm-wlm, writes
/etc/slurm/slurm.conf while it runs, and refuses where there is one already.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from places import ROOT
from workflow_project import BIN, digests, project, small_config, snakemake

if os.environ.get("ONESCALE_SLURM") != "1":
    pytest.skip("a cluster of its own: make test-slurm", allow_module_level=True)

CONF = Path("/etc/slurm/slurm.conf")  # jobs look nowhere else: their steps drop SLURM_* variables
PROFILE = ROOT / "workflow/profiles/slurm"
TARGETS = ["train_sgd", "train_adam"]
SETTINGS = """
ClusterName=onescale
SlurmctldHost={host}
NodeName={host} CPUs=2 RealMemory=3000 State=UNKNOWN
PartitionName=train Nodes=ALL Default=YES MaxTime=INFINITE State=UP
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MpiDefault=none
SwitchType=switch/none
SlurmUser=root
SlurmdUser=root
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Path]:
    """A cluster of this machine; its folder."""
    assert not CONF.exists(), f"{CONF}: there is a cluster here already"
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool"):
        (folder / name).mkdir()
    host = subprocess.check_output(["hostname", "-s"], text=True).strip()
    CONF.write_text(SETTINGS.format(host=host, folder=folder))
    daemons = [subprocess.Popen([daemon, "-D"]) for daemon in ("slurmctld", "slurmd")]
    try:
        wait(lambda: "idle" in told("sinfo", "--noheader"), "the node to be idle")
        yield folder
    finally:
        told("scancel", "--user", "root")
        for daemon in reversed(daemons):
            daemon.terminate()
            daemon.wait(30)
        CONF.unlink()


def told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def wait(until: Callable[[], object], what: str, most: float = 100.0) -> None:
    end = time.monotonic() + most
    while not until():
        assert time.monotonic() < end, f"waited {most:g} s for {what}"
        time.sleep(0.2)


def on_cluster(folder: Path) -> list[str]:
    """The options that train in `folder` on the cluster, with what one without accounting needs."""
    profile = folder / "profile"
    shutil.copytree(PROFILE, profile)
    settings = yaml.safe_load((profile / "profile.yaml").read_text())
    settings |= {"slurm-status-command": "squeue", "slurm-init-seconds-before-status-checks": 5}
    settings |= {"seconds-between-status-checks": 5, "latency-wait": 10}
    (profile / "profile.yaml").write_text(yaml.safe_dump(settings))
    return ["--profile", str(profile)]


def test_the_same_bytes_as_here_though_a_job_and_snakemake_are_killed(cluster, tmp_path):
    config = small_config()
    config["defaults"] |= {"steps": 6000, "evaluate_every": 500}
    here, there = (project(tmp_path / name, config) for name in ("here", "there"))
    local = snakemake(here, "--cores", "2", "--", *TARGETS)
    assert local.returncode == 0, local.stdout + local.stderr
    options = on_cluster(there)
    killed = subprocess.Popen(
        [BIN / "snakemake", *options, "--", *TARGETS], cwd=there, start_new_session=True
    )
    wait(lambda: list(there.glob("results/checkpoints/*")), "a checkpoint")
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    job = told("squeue", "--noheader", "--format=%i").split()
    assert job, "nothing ran when snakemake was killed"
    told("scancel", *job)
    wait(lambda: not told("squeue", "--noheader").strip(), "the job to be gone")
    assert not list(there.glob("results/runs/*.json"))
    snakemake(there, "--unlock")
    again = snakemake(there, *options, "--", *TARGETS)
    assert again.returncode == 0, again.stdout + again.stderr
    assert digests(here) == digests(there) and digests(here)
