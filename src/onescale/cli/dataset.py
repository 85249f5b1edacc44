"""`onescale dataset add`: images, arrays or a table of one's own become a data set to train on."""

import os

import click

from onescale.cli import options as shared
from onescale.cli import table_options
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
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Of a table: of the draw of those rows.",
)
@click.option("--folder", metavar="DIR", help="Where IDX files are written. Default: data/NAME.")
@click.option("-o", "output", metavar="FILE", help="Default: config/NAME.yaml.")
@table_options.reading
def add(name, source, label, exclude, test, seed, folder, output, **reading) -> None:
    """Write the configuration by which `snakemake` trains on data of your own.

    FOLDER holds four IDX files, as MNIST has them; ARRAYS.npz x_train, y_train, x_test, y_test; a
    TABLE a row each. Its features are standardised by the training rows alone; the options from
    --delimiter on are of a table, too.

    \b
    Examples:
      onescale dataset add digits my_digits.npz
      onescale dataset add wine wine.csv --label cultivar
      snakemake --cores 4 --configfile config/wine.yaml
    """
    import yaml

    from onescale.core.atomic import atomic_write
    from onescale.data import entry
    from onescale.data.idx import check_name
    from onescale.training.variant import Variant

    check_name(name)
    archive = source.endswith(".npz")
    if (archive or label is None) and (exclude or label):
        raise SpecError("--label and --exclude are of a table")
    if not archive and label is None and os.path.isfile(source):
        raise SpecError(
            f"{source}: neither a folder of IDX files nor an archive of arrays (.npz); "
            "of a table, --label COLUMN says what is to be learnt"
        )
    folder = folder or f"data/{name}"
    if archive:
        found = entry.of_archive(source, folder)
    elif label is None:
        found = entry.of_folder(source)
    else:
        from onescale.tables.reading.dataset import open_files
        from onescale.training.table_data import Split, of_table

        encoding, sheet = reading.pop("encoding"), reading.pop("sheet")
        table = open_files([source], table_options.take_dialect(reading), encoding, sheet)
        arrays, labels = of_table(table, Split(label, exclude, test, seed))
        found = entry.of_arrays(arrays, folder) | {"labels": labels}
    output = output or f"config/{name}.yaml"
    with atomic_write(output) as stream:
        stream.write(f"# Written by `onescale dataset add {name}`: laid over config.yaml.\n")
        content = {"dataset": name, "datasets": {name: found}}
        if found["train"] < Variant().batch_size:
            content["defaults"] = {"batch_size": max(1, found["train"] // 4)}
        yaml.safe_dump(content, stream, sort_keys=False, allow_unicode=True)
    rows, columns = found["shape"]
    where = "" if os.path.exists("Snakefile") else "-s path/to/onescale/Snakefile "
    what = f"images of {rows} × {columns}"
    if rows == 1:
        what = f"rows of {columns} feature{'s' * (columns > 1)}"
    shared.say(
        f"onescale: {found['train']:,} training and {found['test']:,} test {what}, "
        f"{found['classes']} classes, are described in {output}; train on them: snakemake {where}"
        f"--cores 4 --configfile {output}"
    )
