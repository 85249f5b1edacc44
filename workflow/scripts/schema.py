"""Write what is derived from the code's own tables: `make schema`; with --check, only compare.

variant.schema.yaml gets every key of a variant with its enums and bounds, docs/commands.md and
docs/configuration.md are references (`reference`), so that a new optimiser is one entry in one
dict.
"""

import sys
from pathlib import Path

import reference
import yaml

from onescale.training.variant import json_schema

SCHEMAS = Path(__file__).parents[1] / "schemas"
DOCS = Path(__file__).parents[2] / "docs"


def schema_text() -> str:
    head = "# Written by `make schema` from variant.py and the tables of nn under src/onescale.\n"
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | json_schema()
    return head + yaml.safe_dump(schema, sort_keys=False, allow_unicode=True, width=100)


def main() -> int:
    makers = {
        SCHEMAS / "variant.schema.yaml": schema_text,
        DOCS / "commands.md": reference.commands_text,
        DOCS / "configuration.md": reference.configuration_text,  # of the schema as it is by then
    }
    check, status = "--check" in sys.argv, 0
    for path, make in makers.items():
        text = make()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if check:
            print(f"{path.name} is not in step with the code; run: make schema")
            status = 1
        else:
            path.write_text(text, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
