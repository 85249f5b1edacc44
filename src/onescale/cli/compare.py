"""`onescale compare`, `study`, `trials` and `repeats`: what was trained, varied, tuned and tuned
again, as tables."""

import click

from onescale.cli import options as shared
from onescale.core.errors import SpecError


@click.command()
@shared.runs
@shared.mapping(
    "--spec",
    "Groups, reported rows and levels: the keys comparisons, reported, statistics of the "
    "configuration as JSON. Default: one group of all the variants given.",
)
@click.option("--reference", metavar="VARIANT", help="Without --spec: what the others differ from.")
@shared.csv
@shared.markdown
@click.option("--reproduction", metavar="FILE", help="Write the chapter's numbers beside ours.")
@click.option(
    "--numbers", metavar="CSV", help="For --reproduction: the numbers printed in the tables."
)
@click.option(
    "--tables", metavar="DIR", help="For --reproduction: the folder of our tables to hold them to."
)
@shared.step_times
def compare(
    runs, spec, reference, csv, markdown, reproduction, numbers, tables, step_times
) -> None:
    """Set trained variants side by side: means, intervals, paired tests, verdicts.

    RUN.json are files that 'onescale train' wrote; seconds come from --step-times, or else from the
    .timing.json beside each, where there is one. Without --csv, --markdown or --reproduction the
    page goes to standard output.

    \b
    Examples:
      onescale compare results/runs/adam.json results/runs/sgd.json --reference sgd
      onescale compare results/runs/{adam,sgd}.json --reference sgd --csv comparison.csv
      onescale compare results/runs/*[!g].json --spec @spec.json --markdown comparison.md
    """
    from onescale.comparison.page import comparison_page
    from onescale.comparison.reproduction import accuracies, printed_numbers, reproduction_page
    from onescale.comparison.spec import Spec
    from onescale.comparison.table import compare
    from onescale.runs.record import read_all

    if spec is not None and reference:
        raise SpecError("--reference goes without --spec, in which each group names its own")
    if bool(numbers) != bool(tables):
        raise SpecError("--numbers and --tables go together: what is printed, and where ours are")
    records = read_all(runs, step_times)
    wanted = Spec.of(records, reference) if spec is None else Spec.from_mapping(spec)
    rows = compare(records, wanted)
    if reproduction:
        printed = printed_numbers(numbers, tables) if numbers else []
        page = reproduction_page(accuracies(records, wanted), printed, wanted)
        shared.write(page, reproduction)
    if csv or markdown or not reproduction:
        shared.write(comparison_page(rows, records, wanted), markdown, (rows, csv))


@click.command()
@shared.runs
@shared.mapping("--spec", "The study, with its points.", required=True)
@shared.csv
@shared.markdown
@shared.step_times
def study(runs, spec, csv, markdown, step_times) -> None:
    """Show what was measured at every point of a study.

    \b
    Example:
      onescale study a.json b.json --spec '{"name": "rates", "title": "Two rates",
        "axes": ["rate"], "points": [{"variant": "a", "values": {"rate": 0.1}},
        {"variant": "b", "values": {"rate": 0.2}}]}'
    """
    from onescale.comparison.study import Study, study_page, study_table
    from onescale.runs.record import read_all

    study = Study.from_mapping(spec)
    rows = study_table(study, read_all(runs, step_times))
    shared.write(study_page(study, rows), markdown, (rows, csv))


@click.command()
@shared.files("files", "TUNED.json")
@click.option("--title", default="Tuning", help="The heading of the page.")
@shared.csv
@shared.markdown
def trials(files, title, csv, markdown) -> None:
    """Show what tuning tried and chose, with the budget of each variant.

    \b
    Example:
      onescale trials results/tuning/optimizers_tuned/*.json --markdown trials.md
    """
    from onescale.comparison.trials import trials_page, trials_table
    from onescale.runs.tuning import read

    searches = [read(path) for path in files]
    shared.write(trials_page(title, searches), markdown, (trials_table(searches), csv))


@click.command()
@shared.files("files", "TUNED.json")
@click.option("--runs", required=True, metavar="DIR", help="Folder of the runs at the choices.")
@shared.mapping(
    "--repeats", "By tuned variant, the variants that came of tuning it again.", required=True
)
@click.option("--title", default="Tuning", help="The heading of the page.")
@shared.csv
@shared.markdown
def repeats(files, runs, repeats, title, csv, markdown) -> None:
    """Show how far apart the outcomes of repeated tunings lie on the test set.

    \b
    Example:
      onescale repeats tuned_sgd.json tuned_sgd_again1.json --runs results/runs
        --repeats '{"tuned_sgd": ["tuned_sgd_again1"]}'
    """
    from onescale.comparison.repeats import repeats_page, repeats_table
    from onescale.runs.record import read_all
    from onescale.runs.tuning import read

    searches = {search["name"]: search for search in map(read, files)}
    records = read_all([f"{runs}/{name}.json" for name in searches])
    rows = repeats_table(repeats, searches, records)
    shared.write(repeats_page(title, rows, searches), markdown, (rows, csv))
