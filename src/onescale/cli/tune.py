"""`onescale tune`, `trials` and `study`: what to try, what was tried, and what was varied."""

import click

from onescale.cli import options as shared
from onescale.core.settings import read_mapping


@click.command()
@click.option("--spec", required=True, metavar="JSON|@FILE", help="The search; see the example.")
@shared.data
@click.option("-o", "--output", required=True, metavar="FILE.json", help="Trials and choice.")
def tune(spec, data, output) -> None:
    """Try every point of a search on held-out training images, and choose the best.

    The variant at the chosen values is then trained by
    `onescale train --spec … --chosen FILE.json`.

    \b
    Example:
      onescale tune -o adam.json --spec '{"name": "tuned_adam", "base": {"steps": 900,
        "optimizer": {"name": "adam"}}, "vary": {"optimizer.rate": [0.0003, 0.001, 0.003]},
        "held_out": 10000, "seeds": [100]}'
    """
    shared.one_thread()
    from onescale.data.fetch import load
    from onescale.training.tuning import Search, tune

    search = Search.from_mapping(read_mapping(spec))

    def report(number, count, point, accuracy) -> None:
        tried = f"{search.name}: trial {number} of {count}, {_shown(point.values)}"
        click.echo(f"{tried}: {accuracy:.2%} of held-out images", err=True)

    choice = tune(search, load(data), output=output, report=report)["choice"]
    edge = f" (at the end of {', '.join(choice['edge'])})" if choice["edge"] else ""
    click.echo(f"{search.name}: chosen {_shown(choice['values'])}{edge}, in {output}", err=True)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="TUNED.json...")
@click.option("--title", default="Tuning", help="The heading of the page.")
@click.option("--csv", "csv_path", metavar="FILE", help="Write every trial as CSV.")
@click.option("--markdown", metavar="FILE", help="Write choices, budgets and trials as a page.")
def trials(files, title, csv_path, markdown) -> None:
    """Show what tuning tried and chose, with the budget of each variant.

    \b
    Example:
      onescale trials results/tuning/optimizers_tuned/*.json --markdown trials.md
    """
    from onescale.comparison.trials import trials_page, trials_table
    from onescale.runs.tuning import read

    searches = [read(path) for path in files]
    _write(trials_page(title, searches), trials_table(searches), csv_path, markdown)


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option("--spec", required=True, metavar="JSON|@FILE", help="The study, with its points.")
@click.option("--csv", "csv_path", metavar="FILE", help="Write a row a point as CSV.")
@click.option("--markdown", metavar="FILE", help="Write the table as a page.")
@shared.step_times
def study(runs, spec, csv_path, markdown, step_times) -> None:
    """Show what was measured at every point of a study.

    \b
    Example:
      onescale study a.json b.json --spec '{"name": "rates", "title": "Two rates",
        "axes": ["rate"], "points": [{"variant": "a", "values": {"rate": 0.1}},
        {"variant": "b", "values": {"rate": 0.2}}]}'
    """
    from onescale.comparison.study import Study, study_page, study_table
    from onescale.runs.record import read_all

    study = Study.from_text(spec)
    frame = study_table(study, read_all(runs, step_times))
    _write(study_page(study, frame), frame, csv_path, markdown)


def _write(page, frame, csv_path, markdown) -> None:
    from onescale.core.atomic import atomic_write

    if csv_path:
        with atomic_write(csv_path) as stream:
            stream.write(frame.to_csv(index=False, lineterminator="\n"))
    if markdown:
        with atomic_write(markdown) as stream:
            stream.write(page)
    if not (csv_path or markdown):
        click.echo(page, nl=False)


def _shown(values: dict) -> str:
    return ", ".join(f"{axis} {value}" for axis, value in values.items())
