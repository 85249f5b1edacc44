"""`onescale figures KIND`: pictures of the results, each as PNG and SVG."""

import functools
from dataclasses import replace

import click

from onescale.cli import options


def drawn(command):
    """A command that returns a figure, which is written to what `-o` names."""

    @click.option(
        "-o", "--output", required=True, metavar="NAME", help="Writes NAME.png and NAME.svg."
    )
    @functools.wraps(command)
    def draw_and_write(output, **given) -> None:
        from onescale.figures import style

        paths = style.write(command(**given), output)
        options.say(f"wrote {' and '.join(map(str, paths))}")

    return draw_and_write


@click.group()
def figures() -> None:
    """Draw a picture, as NAME.png and NAME.svg.

    \b
    Examples:
      onescale figures curves results/runs/adam.json results/runs/sgd.json -o adam_and_sgd
      onescale figures standing results/tables/class_ages/standardized.csv -o ages
      onescale figures surface -o paths
    """


@figures.command()
@options.runs
@click.option("--title", default="", help="The line at the top.")
@click.option("--split", metavar="KEY", help="A row of panels for each value of this variant key.")
@drawn
def curves(runs, title, split):
    """Loss and accuracy against updates, with bands for the seeds.

    \b
    Example:
      onescale figures curves results/runs/{adam,sgd}.json --title "Two optimisers" -o two
    """
    from onescale.figures.curves import learning_curves
    from onescale.runs.record import read_all

    records = read_all(runs)
    return learning_curves(list(records.values()), title, split)


@figures.command()
@options.runs
@click.option("--title", default="", help="The line at the top.")
@options.step_times
@drawn
def anytime(runs, title, step_times):
    """Test accuracy by any time, in updates and in seconds, and how many seeds are at a level.

    \b
    Example:
      onescale figures anytime results/runs/{adam,sgd}.json -o by_any_time
    """
    from onescale.figures.anytime import anytime as draw
    from onescale.runs.record import read_all

    return draw(list(read_all(runs, step_times).values()), title)


@figures.command()
@options.runs
@options.mapping("--spec", "As for 'onescale compare'.")
@click.option("--group", metavar="NAME", help="Which group of --spec; default: the first.")
@click.option("--reference", metavar="VARIANT", help="Without --spec: what the others differ from.")
@click.option("--title", default="", help="Without --spec: the line at the top.")
@drawn
def comparison(runs, spec, group, reference, title):
    """Every seed as a dot, means and intervals, differences and verdicts.

    \b
    Example:
      onescale figures comparison results/runs/{adam,sgd}.json --reference sgd -o two
    """
    from onescale.comparison.spec import Spec
    from onescale.core.errors import SpecError, suggest
    from onescale.figures.comparison import comparison as draw
    from onescale.runs.record import read_all

    records = read_all(runs)
    spec = Spec.of(records, reference) if spec is None else Spec.from_mapping(spec)
    groups = {known.name: known for known in spec.groups}
    if group is not None and group not in groups:
        raise SpecError(f"--group: {suggest(group, groups, 'group')}")
    chosen = groups[group] if group else spec.groups[0]
    chosen = replace(chosen, title=title or chosen.title)
    return draw(chosen, records, spec)


@figures.command()
@options.runs
@options.mapping(
    "--spec", "The keys effects and statistics of the configuration as JSON.", required=True
)
@drawn
def effects(runs, spec):
    """What helped, by how much: in points of test accuracy, and in steps saved.

    \b
    Example:
      onescale figures effects adam.json batch_norm.json -o worth --spec '{"effects": [{"label":
        "batch norm", "group": "over Adam", "of": "batch_norm", "than": "adam"}]}'
    """
    from onescale.comparison.effects import worths
    from onescale.comparison.spec import Criteria, techniques
    from onescale.core.settings import closed
    from onescale.figures.effects import effects as draw
    from onescale.runs.record import read_all

    closed(spec, ("effects", "statistics"), "--spec")
    criteria = Criteria.from_mapping(spec.get("statistics"))
    rows = worths(techniques(spec.get("effects")), read_all(runs), criteria)
    return draw(rows, criteria)


@figures.command()
@options.mapping(
    "--spec",
    "The key surface of config.yaml: start, updates and optimizers. Default: the chapter's.",
    default="{}",
)
@drawn
def surface(spec):
    """Paths of the optimisers on z = x²/20 + y².

    \b
    Example:
      onescale figures surface --spec '{"optimizers": [{"name": "adam", "rate": 0.3}]}' -o adam
    """
    from onescale.figures.surface import paths
    from onescale.nn.surface import Descent

    descent = Descent.from_mapping(spec)
    return paths(descent.optimizers, descent.start, descent.updates)


@figures.command()
@click.option("--seed", default=0, show_default=True, help="Of the inputs and weights.")
@drawn
def activations(seed):
    """Histograms of activations by initial weights, before training.

    \b
    Example:
      onescale figures activations -o activations
    """
    from onescale.figures.activations import histograms

    return histograms(seed=seed)


@figures.command()
@options.mapping("--augment", "The key augment of a variant.", required=True)
@click.option("--seed", default=0, show_default=True, help="Of the draws.")
@options.data
@drawn
def augmented(augment, seed, data):
    """Digits as they are, and as each kind of augmentation changes them.

    \b
    Example:
      onescale figures augmented --augment '{"rotation": 10, "shift": 2}' -o augmented
    """
    from onescale.data.fetch import load
    from onescale.figures.digits import augmented as draw

    return draw(load(data), augment, seed)


@figures.command()
@click.argument("run", metavar="RUN.json")
@options.data
@drawn
def confusion(run, data):
    """Which class is taken for which, and the test images that most seeds misread.

    \b
    Example:
      onescale figures confusion results/runs/adam.json -o confusion
    """
    from onescale.data.fetch import load
    from onescale.figures.digits import confusion as draw
    from onescale.runs.record import read

    return draw(read(run), load(data))


@figures.command()
@options.runs
@options.mapping("--spec", "As for 'onescale study'.", required=True)
@options.mapping("--figure", "Its kind, and which axes go where.", required=True)
@options.step_times
@drawn
def study(runs, spec, figure, step_times):
    """A study along its axes: response, grid, dots, speed or drift.

    \b
    Example:
      onescale figures study a.json b.json --spec @study.json -o rates
        --figure '{"kind": "response", "x": "optimizer.rate"}'
    """
    from onescale.comparison.study import Study
    from onescale.figures.studies import draw
    from onescale.runs.record import read_all

    records = read_all(runs, step_times)
    return draw(Study.from_mapping(spec), records, figure)


@figures.command()
@options.files("files", "TUNED.json")
@click.option("--title", default="", help="The line at the top.")
@options.mapping("--figure", "Or search.", default='{"kind": "sensitivity"}')
@drawn
def trials(files, title, figure):
    """What tuning tried: accuracy against the tuned values, and the choice.

    \b
    Example:
      onescale figures trials results/tuning/optimizers_tuned/*.json -o sensitivity
    """
    from onescale.figures.trials import draw
    from onescale.runs.tuning import read

    return draw([read(path) for path in files], title, figure)


@figures.command()
@click.argument("file", metavar="STANDARDIZED.csv")
@click.option("--values", metavar="CSV", help="The table it was made from, to show its values.")
@click.option("--column", metavar="NAME", help="Default: the first that was standardised.")
@click.option("--label", metavar="NAME", help="What names the rows. Default: the first column.")
@drawn
def standing(file, values, column, label):
    """Where each row of a standardised table stands, with the names.

    \b
    Example:
      onescale standardize class_ages.csv -o z.csv && onescale figures standing z.csv -o ages
    """
    from onescale.figures.standing import standing as draw

    return draw(file, values, column, label)
