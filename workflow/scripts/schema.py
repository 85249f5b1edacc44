"""Write what is derived from the code's own tables: `make schema`; with --check, only compare.

docs/commands.md and docs/configuration.md are references (`reference`);
variant.schema.yaml gets every key of a variant with its enums and bounds, and config/README.md the
table of keys between its two marks, so that a new optimiser is one entry in one dict.
"""

import json
import sys
from pathlib import Path

import reference
import yaml

from onescale.training.variant import json_schema

SCHEMAS = Path(__file__).parents[1] / "schemas"
DOCS = Path(__file__).parents[2] / "docs"
README = Path(__file__).parents[2] / "config/README.md"
MARKS = ("<!-- written by make schema -->\n", "<!-- end of what make schema writes -->")


def schema_text() -> str:
    head = "# Written by `make schema` from variant.py and the tables of nn under src/onescale.\n"
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | json_schema()
    return head + yaml.safe_dump(schema, sort_keys=False, allow_unicode=True, width=100)


def readme_text() -> str:
    before, rest = README.read_text(encoding="utf-8").split(MARKS[0])
    _, after = rest.split(MARKS[1])
    return before + MARKS[0] + keys_table() + MARKS[1] + after


def keys_table() -> str:
    """A row for every key of a variant, then one for every optimiser and schedule."""
    properties = json_schema()["properties"]
    rows = ["| key | may be | meaning |", "|---|---|---|"]
    for key, part in properties.items():
        named = part.get("oneOf")
        if named and "name" in named[-1].get("properties", {}):
            for one in named:
                name = one["properties"]["name"].get("const", "another")
                own = {k: v for k, v in one["properties"].items() if k != "name"}
                text = ", ".join(f"{k} {allowed(v)}" for k, v in own.items()) or "–"
                rows.append(f"| `{key}: {{name: {name}}}` | {text} | {meaning(one)} |")
        elif "properties" in part:
            for name, inner in part["properties"].items():
                rows.append(f"| `{key}.{name}` | {allowed(inner)} | {meaning(inner)} |")
        else:
            rows.append(f"| `{key}` | {allowed(part)} | {meaning(part)} |")
    return "\n".join(rows) + "\n"


def meaning(part: dict) -> str:
    return part.get("description", "").replace("|", "\\|")  # |g| would end the cell


def allowed(part: dict) -> str:
    if "oneOf" in part:
        return " or ".join(allowed(one) for one in part["oneOf"])
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "properties" in part:
        return ", ".join(f"`{{{name}: …}}`" for name in part["properties"])
    kinds = part.get("type", "")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    kind = {"array": "list of whole numbers"}.get(kind, kind)
    bounds = [
        f"{sign} {part[key]:g}"
        for key, sign in (
            ("minimum", "≥"),
            ("exclusiveMinimum", ">"),
            ("maximum", "≤"),
            ("exclusiveMaximum", "<"),
        )
        if key in part
    ]
    default = f" (default {json.dumps(part['default'])})" if "default" in part else ""
    return f"{kind} {', '.join(bounds)}".strip() + default


def main() -> int:
    makers = {
        SCHEMAS / "variant.schema.yaml": schema_text,
        README: readme_text,
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
