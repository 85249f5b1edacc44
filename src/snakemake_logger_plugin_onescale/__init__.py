"""What a person sees of a run: a line a finished job with what it found, and how far all is.

Snakemake finds this module by its name (`--logger onescale`, which profiles/default says). All that
Snakemake itself tells stands in its log under .snakemake/log, or is shown with V=1 in the
environment, in a dry run and with --verbose. Not in the package `onescale`, which has no other part
that Snakemake must find.
"""

import logging
import os
import shlex
import shutil
import sys
from collections import deque
from typing import Any

from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

TAIL = 15  # lines of the log of a job that failed
_SHOWN = 100  # characters of a line
# What Snakemake says at the start, while it looks for jobs, and at the end.
_NOISE = (
    "Using ", "Assuming ", "Building DAG", "Provided ", "Rules claiming", "Select jobs", "Execute ",
    "Complete log", "Elapsed time", "Rules with missing", "host:", "Shutting down", "Retry failed",
    "Will exit", "Conda environments", "Singularity", "Trying to restart", "Adding ",
    "Config file ", "Report created",
)  # fmt: skip
_LOCKED = (
    "{}: another Snakemake is at work on the same files; start again when it has ended (or its "
    "fetch_dataset has, if they share no more). If none runs, one was killed: snakemake --unlock"
)
_SILENT = {
    LogEvent.PROGRESS, LogEvent.GROUP_INFO, LogEvent.JOB_STARTED, LogEvent.SHELLCMD,
    LogEvent.RESOURCES_INFO, LogEvent.WORKFLOW_STARTED,
}  # fmt: skip
# As it was typed where it is not on the path; looked up before the workflow adds to the path.
_PROGRAM = "snakemake" if shutil.which("snakemake") else sys.argv[0]

_KEPT = ("--cores", "-c", "--jobs", "-j", "--snakefile", "-s", "--directory", "-d", "--configfile",
         "--configfiles", "--config", "-C", "--profile", "--workflow-profile")  # fmt: skip


class LogHandler(LogHandlerBase):
    """One line a job; a bar with the time left below them, on a terminal."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        given = self.common_settings
        self.stream = sys.stdout if given.stdout else sys.stderr
        self.jobs: dict[Any, dict[str, Any]] = {}
        self.total, self.done, self.failed, self.bar = 0, 0, 0, None
        self.whole = None
        if os.environ.get("V", "0") not in ("", "0") or given.verbose or given.dryrun:
            quiet = given.quiet or set()
            self.whole = ColorizingTextHandler(
                given.nocolor,
                self.stream,
                DefaultFormatter(quiet, given.show_failed_logs),
                DefaultFilter(
                    quiet, given.debug_dag, given.verbose, given.dryrun, given.printshellcmds
                ),
            )

    def emit(self, record: logging.LogRecord) -> None:
        if self.whole is not None:
            self.whole.handle(record)
            return
        event = getattr(record, "event", None)
        try:
            told = {
                LogEvent.RUN_INFO: self._begin,
                LogEvent.JOB_INFO: self._job,
                LogEvent.JOB_FINISHED: self._finished,
                LogEvent.JOB_ERROR: self._job_failed,
                LogEvent.GROUP_ERROR: self._group_failed,
            }.get(event, self._other)
            if event not in _SILENT:
                told(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
        super().close()

    def _begin(self, record: Any) -> None:
        """The number of jobs; a job that is the target itself does nothing."""
        self.total = int(record.stats.get("total", 0))
        trains = any(rule.startswith("train_") for rule in record.stats)
        told = "; ± is half of the 95 % interval over seeds" if trains else ""
        self._say(f"{self.total} {'job' if self.total == 1 else 'jobs'}{told}")
        if self.stream.isatty():
            from tqdm import tqdm

            form = "{bar:30} {n} of {total} jobs, {elapsed} gone, {remaining} left"
            self.bar = tqdm(total=self.total, file=self.stream, bar_format=form, leave=False)

    def _job(self, record: Any) -> None:
        message = record.rule_msg or record.rule_name
        self.jobs[record.jobid] = {
            "message": message, "begun": record.created, "outputs": list(record.output),
        }  # fmt: skip

    def _finished(self, record: Any) -> None:
        job = self.jobs.pop(record.job_id, None)
        self.done += 1
        if self.bar is not None:
            self.bar.update()
        if job is not None:
            # By when Snakemake said so: this handler hears of it in a thread of its own, later.
            took = max(0.0, record.created - job["begun"])
            line = found(job["outputs"]) or job["message"]
            place = f"[{self.done:{len(str(self.total))}}/{self.total}] " if self.total else ""
            self._say(f"{place}{_short(line)}, {_seconds(took)}")

    def _job_failed(self, record: Any) -> None:
        self._failed(record.rule_name, record.output, record.log)

    def _group_failed(self, record: Any) -> None:
        for job in record.job_error_info:
            self._failed(job["rule_name"], job["output"], job["log"])

    def _failed(self, rule: str, outputs: list[str], logs: list[str]) -> None:
        """The end of a failed job's log, and the command that runs it again."""
        lines = [f"failed: {rule}"]
        for log in logs:
            end = _tail(log)
            lines += [f"  the end of {log}:", *(f"  | {line}" for line in end)] if end else []
        if outputs:
            lines.append(f"  again: {_command(str(outputs[0]))}")
        self._say("\n".join(lines), red=True)

    def _other(self, record: logging.LogRecord) -> None:
        text = str(record.getMessage() or "")
        if "Directory cannot be locked" in text:
            text = _LOCKED.format(os.getcwd())
        if record.levelno >= logging.WARNING:
            self._say(text, red=record.levelno >= logging.ERROR)
        elif text.strip() and not text.startswith(_NOISE) and record.levelno >= logging.INFO:
            self._say(text)

    def _say(self, text: str, red: bool = False) -> None:
        if red and not self.common_settings.nocolor and self.stream.isatty():
            text = f"\x1b[31m{text}\x1b[0m"
        if self.bar is not None:
            self.bar.write(text, file=self.stream)
        else:
            print(text, file=self.stream, flush=True)


def found(outputs: list[str]) -> str:
    """What a training or a search left behind, in a line; nothing of other outputs."""
    for path in outputs:
        folder, name = os.path.split(str(path))
        if name.endswith(".timing.json") or not name.endswith(".json"):
            continue
        try:
            if os.path.basename(folder) == "runs":
                return _trained(path)
            if os.path.basename(os.path.dirname(folder)) == "tuning":
                return _tuned(path)
        except Exception:  # a line for a person is no reason to end
            return ""
    return ""


def _trained(path: str) -> str:
    from onescale.comparison.statistics import summarize
    from onescale.runs.record import read

    record = read(path)
    summary = summarize([run.test_accuracy for run in record.runs.values()])
    half = "" if summary.low is None else f" ± {100 * (summary.mean - summary.low):.2f}"
    seeds = "1 seed" if summary.n == 1 else f"{summary.n} seeds"
    return f"{record.name}: test {100 * summary.mean:.2f}{half} %, {seeds}"


def _tuned(path: str) -> str:
    from onescale.runs.tuning import read

    result = read(path)
    choice, trials = result["choice"], len(result["trials"])
    values = ", ".join(f"{axis} {_figure(value)}" for axis, value in choice["values"].items())
    accuracy = f"held-out {100 * choice['accuracy']:.2f} %"
    return f"{result['name']}: {values or 'its defaults'} of {trials} trials, {accuracy}"


def _figure(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _command(target: str) -> str:
    """This command for one target alone: what says where and how, not what."""
    kept: list[str] = []
    keeps = False
    for word in sys.argv[1:]:
        if word.startswith("-"):
            keeps = word.partition("=")[0] in _KEPT
        if keeps and word != "--":
            kept.append(word)
    return shlex.join([_PROGRAM, *kept, "--", target])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _seconds(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _tail(path: str) -> list[str]:
    """The last lines of a log; none where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return [line.rstrip() for line in deque(stream, TAIL)]
    except OSError:
        return []
