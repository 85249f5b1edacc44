"""`onescale compare`: run files in, comparison and reproduction out."""

import click

from onescale.cli import options as shared


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN.json...")
@click.option(
    "--spec",
    "spec_text",
    metavar="JSON|@FILE",
    help="Groups, reported rows and levels: the keys comparisons, reported, statistics of "
    "config.yaml as JSON. Default: one group of all the variants given.",
)
@click.option("--reference", metavar="VARIANT", help="Without --spec: what the others differ from.")
@click.option("--csv", "csv_path", metavar="FILE", help="Write the comparison as CSV.")
@click.option("--markdown", metavar="FILE", help="Write the comparison as a page to read.")
@click.option("--reproduction", metavar="FILE", help="Write the chapter's numbers beside ours.")
@click.option(
    "--numbers", metavar="CSV", help="For --reproduction: the numbers printed in the tables."
)
@click.option(
    "--tables", metavar="DIR", help="For --reproduction: the folder of our tables to hold them to."
)
@shared.step_times
def compare(
    runs, spec_text, reference, csv_path, markdown, reproduction, numbers, tables, step_times
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
    from onescale.comparison import page as report
    from onescale.comparison import reproduction as reproducing
    from onescale.comparison import table
    from onescale.comparison.spec import Spec
    from onescale.core.atomic import atomic_write
    from onescale.core.errors import SpecError
    from onescale.runs import record as records

    if spec_text and reference:
        raise SpecError("--reference goes without --spec, in which each group names its own")
    if bool(numbers) != bool(tables):
        raise SpecError("--numbers and --tables go together: what is printed, and where ours are")
    read = records.read_all(runs, step_times)
    spec = Spec.from_text(spec_text) if spec_text else Spec.of(read, reference)
    frame = table.compare(read, spec)

    def write(path: str, text: str) -> None:
        with atomic_write(path) as stream:
            stream.write(text)

    if csv_path:
        write(csv_path, frame.to_csv(index=False, lineterminator="\n"))
    if markdown:
        write(markdown, report.comparison_page(frame, read, spec))
    if reproduction:
        rows = reproducing.accuracies(read, spec)
        printed = reproducing.figures(numbers, tables) if numbers else []
        write(reproduction, reproducing.reproduction_page(rows, printed, spec))
    if not (csv_path or markdown or reproduction):
        click.echo(report.comparison_page(frame, read, spec), nl=False)
