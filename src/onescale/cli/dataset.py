"""`onescale dataset add`: images, arrays or a table of one's own become a data set to train on."""

import os

import click

from onescale.cli import options as shared
from onescale.core.errors import SpecError


@click.group()
def dataset() -> None:
    """Data sets of one's own."""


@dataset.command()
@click.argument("name")
@click.argument("source", metavar="FOLDER|ARRAYS.npz|TABLE.csv")
@click.option("--label", metavar="COLUMN", help="Of a table: the column with what is to be learnt.")
@click.option("--exclude", multiple=True, metavar="COLUMN", help="Of a table: no feature.")
@click.option(
    "--test", default=0.2, show_default=True, help="Of a table: the share of rows to test on."
)
@click.option("--seed", default=0, show_default=True, help="Of a table: of the draw of those rows.")
@click.option("--folder", metavar="DIR", help="Where IDX files are written. Default: data/NAME.")
@click.option("-o", "output", metavar="FILE", help="Default: config/NAME.yaml.")
def add(name, source, label, exclude, test, seed, folder, output) -> None:
    """Write the configuration by which `snakemake` trains on data of your own.

    FOLDER holds four IDX files, as MNIST has them; ARRAYS.npz x_train, y_train, x_test, y_test; a
    TABLE a row each. Its features are standardised by the training rows alone.

    \b
    Examples:
      onescale dataset add digits my_digits.npz
      onescale dataset add wine wine.csv --label cultivar
      snakemake --cores 4 --configfile config/wine.yaml
    """
    import yaml

    from onescale.core.atomic import atomic_write
    from onescale.data import entry
    from onescale.data.idx import IdxSpec

    table = not source.endswith(".npz") and label is not None
    if not table and (exclude or label):
        raise SpecError("--label and --exclude are of a table")
    if not table and os.path.isfile(source) and not source.endswith(".npz"):
        raise SpecError(f"{source}: of a table, --label COLUMN says what is to be learnt")
    folder = folder or f"data/{name}"
    if table:
        from onescale.training.table_data import Split, of_table

        arrays, labels = of_table(source, Split(label, exclude, test, seed))
        found = entry.of_arrays(arrays, folder) | {"labels": labels}
    elif source.endswith(".npz"):
        found = entry.of_archive(source, folder)
    else:
        found = entry.of_folder(source)
    IdxSpec.from_mapping(name, found)
    output = output or f"config/{name}.yaml"
    with atomic_write(output) as stream:
        stream.write(f"# Written by `onescale dataset add {name}`: laid over config.yaml.\n")
        content = {"dataset": name, "datasets": {name: found}}
        yaml.safe_dump(content, stream, sort_keys=False, allow_unicode=True)
    rows, columns = found["shape"]
    what = f"rows of {columns} features" if rows == 1 else f"images of {rows} × {columns}"
    shared.say(
        f"onescale: {found['train']:,} training and {found['test']:,} test {what}, "
        f"{found['classes']} classes, are described in {output}; train on them: snakemake --cores "
        f"4 --configfile {output}"
    )
