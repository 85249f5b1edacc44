"""The command reference from `--help`, the configuration reference from the schemas: `make schema`.

Written from the code's own words, so that neither can say what is not so.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from onescale import cli
from onescale.core import errors

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "workflow/schemas"
WIDTH = 96  # of the help texts
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def commands_text() -> str:
    """docs/commands.md: every command with its `--help`, in the groups of `onescale --help`."""
    lines = ["# Commands", _exit_codes()]
    for title, commands in cli.GROUPS.items():
        lines.append(f"## {title}")
        for command in commands:
            lines += [text for part in _with_parts(command, "onescale") for text in part]
    return "\n\n".join(lines) + "\n"


def _exit_codes() -> str:
    kinds = (errors.SpecError, errors.DataError, errors.SourceError, errors.VerificationError)
    told = [f"{one.exit_code}: {one.__doc__.splitlines()[0].rstrip('.')}" for one in kinds]
    return (
        "What `onescale COMMAND --help` says of each. Exit status 0 is done, 1 a bug; "
        f"{'; '.join(told)}."
    )


def _with_parts(command: click.Command, above: str) -> Iterator[tuple[str, str]]:
    """The heading and the help of a command, and of those below it."""
    name = f"{above} {command.name}"
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    if not isinstance(command, click.Group):
        yield f"### {name}", f"```text\n{command.get_help(context)}\n```"
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _with_parts(one, name)


def configuration_text() -> str:
    """docs/configuration.md: every key of the configuration, by the schemas that check it."""
    files = {
        "config/config.yaml": "config.schema.yaml",
        "config/evidence.yaml": "evidence.schema.yaml",
    }
    parts = [
        "# The configuration",
        "Every key, as the schemas under workflow/schemas have it, which the workflow checks a"
        " configuration against before anything runs; [config/README.md](../config/README.md) says"
        " what they are for, with examples. NAME stands for a name of your own, `[]` for each of a"
        " list. A variant's keys are those of the last table.",
    ]
    for file, schema in files.items():
        top = yaml.safe_load((SCHEMAS / schema).read_text(encoding="utf-8"))
        parts.append(f"## {file}")
        parts.append(table(top))
    variant = yaml.safe_load((SCHEMAS / "variant.schema.yaml").read_text(encoding="utf-8"))
    parts += ["## A variant", table(variant)]
    return "\n\n".join(parts) + "\n"


def table(top: dict) -> str:
    """A row for every key; of what is told by its name, a row for each name with its settings."""
    rows = ["| key | may be | meaning |", "|---|---|---|"]
    for key, part, required in _keys(top, top, ""):
        mark = " (required)" if required else ""
        meaning = " ".join(str(part.get("description", "")).split()).replace("|", "\\|")
        rows.append(f"| `{key}` | {_allowed(part, top)}{mark} | {meaning} |")
    return "\n".join(rows)


def _keys(part: dict, top: dict, above: str) -> Iterator[tuple[str, dict, bool]]:
    """Every key below a part of a schema, with its own part and whether it must be there."""
    part = _resolved(part, top)
    required = part.get("required", ())
    for name, inner in part.get("properties", {}).items():
        choices = inner.get("oneOf", ())
        if any("name" in one.get("properties", {}) for one in choices):
            for one in choices:
                called = one["properties"]["name"].get("const", "another")
                yield f"{above}{name}: {{name: {called}}}", one, False
            continue
        yield f"{above}{name}", inner, name in required
        yield from _keys(inner, top, f"{above}{name}.")
    more = part.get("additionalProperties")
    if isinstance(more, dict):
        yield from _keys(more, top, f"{above}NAME.")
    if isinstance(part.get("items"), dict):
        yield from _keys(part["items"], top, f"{above.removesuffix('.')}[].")


def _resolved(part: dict, top: dict) -> dict:
    """What a reference within the file stands for; those to a variant are told by its name."""
    target = part.get("$ref", "")
    if not target.startswith("#/"):
        return part
    found = top
    for step in target[2:].split("/"):
        found = found[step]
    return found


def _allowed(part: dict, top: dict) -> str:
    if "variant.schema.yaml" in part.get("$ref", ""):
        return "a variant" if part["$ref"].endswith(".yaml") else "as in a variant"
    part = _resolved(part, top)
    for choice in ("oneOf", "anyOf"):
        if choice in part:
            told = (_one_key(one) or _allowed(one, top) for one in part[choice])
            return " or ".join(dict.fromkeys(told))
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{'null' if v is None else v}`" for v in part["enum"])
    kinds = part.get("type", "anything")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    told = " or ".join({"object": "mapping", "array": "list"}.get(kind, kind) for kind in kinds)
    if "array" in kinds and isinstance(part.get("items"), dict):
        told += f" of {_allowed(part['items'], top)}"
    own = part.get("properties", {})
    if {"const", "not"} & own.get("name", {}).keys():
        settings = [f"`{key}` {_allowed(one, top)}" for key, one in own.items() if key != "name"]
        return "; ".join(settings) or "–"
    bounds = [f"{sign} {part[key]:g}" for key, sign in _BOUNDS.items() if key in part]
    default = f", default {json.dumps(part['default'])}" if "default" in part else ""
    return f"{told} {', '.join(bounds)}".strip() + default


def _one_key(part: dict) -> str:
    """A mapping that has one key, told by it; nothing of any other."""
    own = part.get("properties", {})
    return f"`{{{next(iter(own))}: …}}`" if len(own) == 1 else ""
