"""`onescale train`: one variant, all its seeds, and what a person sees meanwhile.

What goes into a run is decided in `onescale.training.trainer`; here are options and progress: a
line an evaluation in the log, and on standard error a bar on a terminal or else a line a seed.
"""

import os
import sys
import time

import click

from onescale.cli import options as shared
from onescale.core.errors import SpecError
from onescale.core.jobs import one_thread
from onescale.core.text import visible


@click.command()
@shared.mapping("--spec", "The variant: any of its keys.", required=True)
@click.option("--seeds", default="0", show_default=True, help="Whole numbers with commas between.")
@shared.data
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="The record to write, RUN.json; RUN.timing.json and RUN.npz go beside it.",
)
@click.option("--log", type=click.Path(dir_okay=False), help="Write a line an evaluation there.")
@click.option(
    "--checkpoints",
    type=click.Path(file_okay=False),
    help="Folder for the state at every evaluation; a run that was killed goes on from there.",
)
@click.option(
    "--chosen",
    metavar="TUNED.json",
    help="What `onescale tune` wrote: its choice is set in the variant.",
)
def train(spec, seeds, data, output, log, checkpoints, chosen) -> None:
    """Train one variant, once with each seed.

    \b
    Example:
      onescale train --spec '{"name": "adam", "steps": 2000}' --seeds 0,1,2 -o runs/adam.json
    """
    one_thread()
    from onescale.data.fetch import load
    from onescale.runs.tuning import read
    from onescale.training.trainer import train
    from onescale.training.variant import Variant

    if not output.endswith(".json"):
        raise SpecError(f"--output: {output!r} must end in .json")
    if chosen:
        spec |= read(chosen)["choice"]["variant"]
    variant = Variant.from_mapping(spec)
    seeds = parsed_seeds(seeds)
    if log:
        os.makedirs(os.path.dirname(log) or ".", exist_ok=True)
        open(log, "w").close()
    # Appended to, since a shell may lead standard error there as well.
    with open(log or os.devnull, "a", encoding="utf-8", buffering=1) as stream:
        progress = _Progress(variant, seeds, stream)
        runs = train(
            variant,
            load(data),
            seeds,
            output=output,
            checkpoints=checkpoints,
            report=progress.report,
            note=progress.note,
        )
        progress.summary(runs, output)


def parsed_seeds(text: str) -> list[int]:
    """Seeds as the command line takes them, 0,1,2. Raises SpecError."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise SpecError(f"--seeds: {text!r} must be whole numbers such as 0,1,2") from None


class _Progress:
    """Tells a person how far it is, and the log everything."""

    def __init__(self, variant, seeds, log) -> None:
        self.variant, self.seeds, self.log = variant, seeds, log
        self.bar, self.began = sys.stderr.isatty(), time.monotonic()

    def report(self, run) -> None:
        """After each evaluation of a run."""
        last = {name: series[-1] for name, series in run.history.items()}
        name, steps = self.variant.name, self.variant.steps
        seconds = f"{run.train_seconds + run.evaluate_seconds:.1f} s"
        loss = "not finite" if last["loss"] is None else f"{last['loss']:.4f}"
        accuracy = f"test {run.test_accuracy:.2%}"
        print(
            f"{name} seed {run.seed} update {run.updates} of {steps}: loss {loss}, train "
            f"{run.train_accuracy:.2%}, {accuracy}, rate {last['learning_rate']:g}, {seconds}",
            file=self.log,
        )
        ended = run.updates == steps or run.diverged is not None
        number, count = self.seeds.index(run.seed) + 1, len(self.seeds)
        where = f"seed {run.seed} ({number} of {count})"
        if self.bar:
            done = (number - 1 + (1 if ended else run.updates / steps)) / count
            bar = ("#" * round(30 * done)).ljust(30, ".")
            line = f"\r{name} [{bar}] {done:4.0%}  {where}, update {run.updates}, {accuracy}\x1b[K"
            print(line, end="", file=sys.stderr, flush=True)
        elif ended:
            ending = accuracy if run.diverged is None else f"diverged at update {run.diverged}"
            self._say(f"{name}: {where} {ending}, {seconds}")

    def note(self, line: str) -> None:
        """A warning, to the log as well."""
        print(line, file=self.log)
        self._say(f"onescale: {line}")

    def summary(self, runs, output) -> None:
        """One line at the end."""
        accuracies = [run.test_accuracy for run in runs]
        several = len(runs) > 1
        spread = f" ({min(accuracies):.2%} to {max(accuracies):.2%})" if several else ""
        diverged = sum(run.diverged is not None for run in runs)
        self._say(
            f"{self.variant.name}: {len(runs)} seed{'s' * several}, test "
            f"{sum(accuracies) / len(runs):.2%}{spread}"
            f"{f', {diverged} diverged' if diverged else ''}, "
            f"{time.monotonic() - self.began:.1f} s, in {output}"
        )

    def _say(self, line: str) -> None:
        line = visible(line)
        print(f"\r\x1b[K{line}" if self.bar else line, file=sys.stderr, flush=True)
