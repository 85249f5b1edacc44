"""`onescale tune`: try values on held-out images, and choose."""

import click

from onescale.cli import options as shared
from onescale.core.jobs import one_thread


@click.command()
@shared.mapping("--spec", "The search; see the example.", required=True)
@shared.data
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE.json",
    help="Trials and choice; their CPU seconds go beside it, into FILE.timing.json.",
)
@click.option(
    "--checkpoints",
    type=click.Path(file_okay=False),
    help="Folder for the runs that are done; a search that was killed goes on from there.",
)
def tune(spec, data, output, checkpoints) -> None:
    """Try the points of a search on held-out training images, and choose the best.

    The variant at the chosen values is then trained by
    `onescale train --spec … --chosen FILE.json`.

    \b
    Example:
      onescale tune -o adam.json --spec '{"name": "tuned_adam", "base": {"steps": 900,
        "optimizer": {"name": "adam"}}, "vary": {"optimizer.rate": [0.0003, 0.001, 0.003]},
        "held_out": 10000, "seeds": [100]}'

    
    Ten draws beside the default, the best three of which take two seeds more:
      onescale tune -o adam.json --spec '{"name": "tuned_adam", "base": {"steps": 900},
        "vary": {"optimizer.rate": {"log_uniform": [1e-5, 0.1]}}, "draws": 10,
        "held_out": 10000, "seeds": [100, 101, 102],
        "rungs": [{"keep": 11, "seeds": 1}, {"keep": 3, "seeds": 3}]}'
    """
    one_thread()
    from onescale.data.fetch import load
    from onescale.training.search import Search
    from onescale.training.tuning import tune

    search = Search.from_mapping(spec)

    def report(number, count, point, run) -> None:
        reached = "" if search.objective == "accuracy" else ", level not reached"
        if reached and run["score"] is not None:
            reached = f", level after {run['score']:.0f} updates"
        shared.say(
            f"{search.name}: run {number} of {count}, {_shown(point.values)}, seed {run['seed']}: "
            f"{run['accuracy']:.2%} of held-out images{reached}"
        )

    result = tune(search, load(data), output=output, checkpoints=checkpoints, report=report)
    choice = result["choice"]
    edge = f" (at the edge of {', '.join(choice['edge'])})" if choice["edge"] else ""
    shared.say(f"{search.name}: chosen {_shown(choice['values'])}{edge}, in {output}")


def _shown(values: dict) -> str:
    return ", ".join(f"{axis} {value}" for axis, value in values.items())
