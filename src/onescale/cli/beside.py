"""`onescale confirmation` and `carry-over`: verdicts of several claims.csv side by side."""

import click

from onescale.cli import options as shared
from onescale.core.errors import SpecError


@click.command()
@click.argument("explored", metavar="CLAIMS.csv")
@click.argument("confirmed", metavar="CONFIRMED.csv")
@click.option("--seeds", required=True, help="The fresh ones, with commas between.")
@shared.markdown
def confirmation(explored, confirmed, seeds, markdown) -> None:
    """Show whether fresh seeds say of each claim what the first ones said.

    \b
    Example:
      onescale confirmation results/claims.csv results/confirm/claims.csv --seeds 100,101,102
    """
    from onescale.claims.beside import confirmation_page, read
    from onescale.cli.train import parsed_seeds

    page = confirmation_page(read(explored), read(confirmed), parsed_seeds(seeds))
    shared.write(page, markdown)


@click.command("carry-over")
@click.argument("tables", nargs=-1, required=True, metavar="DATASET=CLAIMS.csv...")
@shared.markdown
def carry_over(tables, markdown) -> None:
    """Show which claims say the same on several data sets.

    \b
    Example:
      onescale carry-over mnist=results/claims.csv fashion-mnist=results/fashion-mnist/claims.csv
    """
    from onescale.claims.beside import carry_over_page, read

    given = dict(table.partition("=")[::2] for table in tables)
    if len(given) < 2 or not all(given.values()):
        raise SpecError("give two tables or more, each as DATASET=CLAIMS.csv")
    shared.write(carry_over_page({name: read(path) for name, path in given.items()}), markdown)
