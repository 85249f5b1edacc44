"""`onescale figures KIND`: pictures of the results, each as PNG and SVG."""

import click

from onescale.cli import options


def _output(command):
    return click.option(
        "-o", "--output", required=True, metavar="NAME", help="Writes NAME.png and NAME.svg."
    )(command)


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
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option("--title", default="", help="The line at the top.")
@click.option("--split", metavar="KEY", help="A row of panels for each value of this variant key.")
@_output
def curves(runs, title, split, output) -> None:
    """Loss and accuracy against updates, with bands for the seeds.

    \b
    Example:
      onescale figures curves results/runs/{adam,sgd}.json --title "Two optimisers" -o two
    """
    from onescale.figures import style
    from onescale.figures.curves import learning_curves
    from onescale.runs.record import read_all

    records = read_all(runs)
    _report(style.write(learning_curves(list(records.values()), title, split), output))


@figures.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option("--spec", "text", metavar="JSON|@FILE", help="As for 'onescale compare'.")
@click.option("--group", metavar="NAME", help="Which group of --spec; default: the first.")
@click.option("--reference", metavar="VARIANT", help="Without --spec: what the others differ from.")
@click.option("--title", default="", help="Without --spec: the line at the top.")
@_output
def comparison(runs, text, group, reference, title, output) -> None:
    """Every seed as a dot, means and intervals, differences and verdicts.

    \b
    Example:
      onescale figures comparison results/runs/{adam,sgd}.json --reference sgd -o two
    """
    from dataclasses import replace

    from onescale.comparison.spec import Spec
    from onescale.core.errors import SpecError, suggest
    from onescale.figures import style
    from onescale.figures.comparison import comparison as draw
    from onescale.runs.record import read_all

    records = read_all(runs)
    spec = Spec.from_text(text) if text else Spec.of(records, reference)
    groups = {known.name: known for known in spec.groups}
    if group is not None and group not in groups:
        raise SpecError(f"--group: {suggest(group, groups, 'group')}")
    chosen = groups[group] if group else spec.groups[0]
    chosen = replace(chosen, title=title or chosen.title)
    _report(style.write(draw(chosen, records, spec), output))


@figures.command()
@click.option(
    "--spec",
    "text",
    metavar="JSON|@FILE",
    help="The key surface of config.yaml: start, updates and optimizers. Default: the chapter's.",
)
@_output
def surface(text, output) -> None:
    """Paths of the optimisers on z = x²/20 + y².

    \b
    Example:
      onescale figures surface --spec '{"optimizers": [{"name": "adam", "rate": 0.3}]}' -o adam
    """
    from onescale.figures import style
    from onescale.figures.surface import paths
    from onescale.nn.surface import Descent

    descent = Descent.from_text(text) if text else Descent()
    _report(style.write(paths(descent.optimizers, descent.start, descent.updates), output))


@figures.command()
@click.option("--seed", default=0, show_default=True, help="Of the inputs and weights.")
@_output
def activations(seed, output) -> None:
    """Histograms of activations by initial weights, before training.

    \b
    Example:
      onescale figures activations -o activations
    """
    from onescale.figures import style
    from onescale.figures.activations import histograms

    _report(style.write(histograms(seed=seed), output))


@figures.command()
@click.option("--augment", required=True, metavar="JSON", help="The key augment of a variant.")
@click.option("--seed", default=0, show_default=True, help="Of the draws.")
@options.data
@_output
def augmented(augment, seed, data, output) -> None:
    """Digits as they are, and as each kind of augmentation changes them.

    \b
    Example:
      onescale figures augmented --augment '{"rotation": 10, "shift": 2}' -o augmented
    """
    from onescale.core.settings import read_mapping
    from onescale.data.fetch import load
    from onescale.figures import style
    from onescale.figures.digits import augmented as draw

    strengths = read_mapping(augment, "--augment")
    _report(style.write(draw(load(data), strengths, seed), output))


@figures.command()
@click.argument("run", metavar="RUN.json")
@options.data
@_output
def confusion(run, data, output) -> None:
    """Which class is taken for which, and the test images that most seeds misread.

    \b
    Example:
      onescale figures confusion results/runs/adam.json -o confusion
    """
    from onescale.data.fetch import load
    from onescale.figures import style
    from onescale.figures.digits import confusion as draw
    from onescale.runs.record import read

    _report(style.write(draw(read(run), load(data)), output))


@figures.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option("--spec", required=True, metavar="JSON|@FILE", help="As for 'onescale study'.")
@click.option("--figure", required=True, metavar="JSON", help="Its kind, and which axes go where.")
@options.step_times
@_output
def study(runs, spec, figure, step_times, output) -> None:
    """A study along its axes: response, grid, dots, speed or drift.

    \b
    Example:
      onescale figures study a.json b.json --spec @study.json -o rates
        --figure '{"kind": "response", "x": "optimizer.rate"}'
    """
    from onescale.comparison.study import Study
    from onescale.figures import style
    from onescale.figures.studies import draw
    from onescale.runs.record import read_all

    records = read_all(runs, step_times)
    _report(style.write(draw(Study.from_text(spec), records, figure), output))


@figures.command()
@click.argument("files", nargs=-1, required=True, metavar="TUNED.json...")
@click.option("--title", default="", help="The line at the top.")
@click.option("--figure", default='{"kind": "sensitivity"}', metavar="JSON", help="Or search.")
@_output
def trials(files, title, figure, output) -> None:
    """What tuning tried: accuracy against the tuned values, and the choice.

    \b
    Example:
      onescale figures trials results/tuning/optimizers_tuned/*.json -o sensitivity
    """
    from onescale.figures import style
    from onescale.figures.trials import draw
    from onescale.runs.tuning import read

    _report(style.write(draw([read(path) for path in files], title, figure), output))


@figures.command()
@click.argument("file", metavar="STANDARDIZED.csv")
@click.option("--values", metavar="CSV", help="The table it was made from, to show its values.")
@click.option("--column", metavar="NAME", help="Default: the first that was standardised.")
@click.option("--label", metavar="NAME", help="What names the rows. Default: the first column.")
@_output
def standing(file, values, column, label, output) -> None:
    """Where each row of a standardised table stands, with the names.

    \b
    Example:
      onescale standardize class_ages.csv -o z.csv && onescale figures standing z.csv -o ages
    """
    from onescale.figures import style
    from onescale.figures.standing import standing as draw

    _report(style.write(draw(file, values, column, label), output))


def _report(paths) -> None:
    click.echo(f"wrote {' and '.join(map(str, paths))}", err=True)
