"""Who may import whom, read from the syntax trees: packages, held to one direction.

Each test lists its offenders, so that a failure names what to move.
"""

import ast
import functools
from pathlib import Path

import onescale
from places import ROOT

SRC = ROOT / "src"
MODULES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SRC.rglob("*.py"))
}
# Each package imports from those in lines above its own, and from itself.
PACKAGES = [
    {"core"},
    {"data", "nn", "tables"},
    {"runs"},
    {"training"},
    {"comparison"},
    {"claims", "figures"},
    {"page"},
    {"cli"},
]
# The same inside tables/.
TABLES = [
    {"compute", "numbers", "parallel"},
    {"processes", "wide"},
    {"arrow", "hints", "kinds"},
    {"reading", "statistics"},
    {"writing"},
    {"scaling"},
    {"commands"},
    {"frames"},  # a frame is a table of one batch, and scanned as one
]
HEAVY = {"pandas", "polars", "scipy", "matplotlib", "pyarrow", "sklearn", "duckdb", "torch"}


@functools.cache
def imports(module: str, top_only: bool = False) -> frozenset[str]:
    """Names that a module imports; with `top_only`, those that its own import costs.

    `from package import module` counts as that module, `from module import name` as the module.
    """
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found = set()
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & MODULES.keys() or {node.module}
    return frozenset(found)


def third_party(module: str, top_only: bool = False) -> set[str]:
    return {name.split(".")[0] for name in imports(module, top_only)}


def reach(module: str, top_only: bool = False) -> set[str]:
    """`module` and every module of ours that it imports, at any depth."""
    found, todo = {module}, [module]
    while todo:
        new = (imports(todo.pop(), top_only) & MODULES.keys()) - found
        found |= new
        todo += new
    return found


def inverted(order: list[set[str]], prefix: str) -> list[str]:
    """Imports under `prefix` that run against `order`, and parts that it does not name."""
    floor = {part: level for level, parts in enumerate(order) for part in parts}
    found = []
    for module in MODULES:
        if not module.startswith(prefix) or MODULES[module].name in ("__init__.py", "__main__.py"):
            continue
        own = module.removeprefix(prefix).split(".")[0]
        if own not in floor:
            found.append(f"{module} is in no line")
            continue
        for name in imports(module):
            if name.startswith(prefix):
                other = name.removeprefix(prefix).split(".")[0]
                if other != own and floor.get(other, 99) >= floor[own]:
                    found.append(f"{module} imports {name}")
    return found


def test_imports_run_one_way():
    loose = {m for m in MODULES if m.count(".") == 1 and MODULES[m].name != "__init__.py"}
    assert loose == {"onescale.__main__"}
    circles = [m for m in MODULES if any(m in reach(n) for n in imports(m) & MODULES.keys())]
    assert inverted(PACKAGES, "onescale.") + inverted(TABLES, "onescale.tables.") + circles == []


def test_heavy_libraries_stay_in_their_rooms():
    heavy = HEAVY | {"numpy", "narwhals", "requests", "tqdm", "charset_normalizer"}
    found = []
    for module in MODULES:
        used = third_party(module)
        room = module.split(".")[1:2]
        if "snakemake" in used and module != "snakemake_logger_plugin_onescale":
            found.append(f"{module}: snakemake")
        if "matplotlib" in used and room != ["figures"]:
            found.append(f"{module}: matplotlib outside figures")
        if room in (["nn"], ["training"]):
            allowed = {"scipy"} if module == "onescale.nn.sparse" else set()
            banned = HEAVY - allowed | ({"click", "narwhals"} if room == ["nn"] else set())
            found += [f"{module}: {name}" for name in used & banned]
        if room == ["cli"]:  # `--help` answers at once
            for name in reach(module, top_only=True):
                found += [f"{module} at import: {n}" for n in third_party(name, True) & heavy]
    assert found == []


def test_the_network_knows_no_variant():
    found = [m for n in MODULES if n.startswith("onescale.nn.") for m in reach(n)]
    assert sorted({m for m in found if m.split(".")[1:2] not in ([], ["nn"], ["core"])}) == []


def test_files_are_short_and_say_why():
    found = []
    for module, path in MODULES.items():
        text = Path(path).read_text(encoding="utf-8")
        if text.count("\n") > 400:
            found.append(f"{module} has more than 400 lines")
        if not ast.get_docstring(ast.parse(text)):
            found.append(f"{module} does not open with why it exists")
    assert found == []


def test_public_names_are_the_same_to_type_checkers():
    tree = ast.parse(MODULES["onescale"].read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {node.names[0].asname: node.module for node in block.body}
    assert homes == onescale._HOMES and (SRC / "onescale" / "py.typed").exists()
    assert all(node.names[0].asname == node.names[0].name for node in block.body)


def test_values_that_travel_together_are_one_thing():
    """At most six parameters, but for click commands and the public names."""
    found = []
    for module in MODULES:
        for top in ast.parse(MODULES[module].read_text(encoding="utf-8")).body:
            if getattr(top, "name", None) in onescale.__all__:
                continue
            for node in ast.walk(top):
                if isinstance(node, ast.FunctionDef):
                    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                    names = {argument.arg for argument in arguments} - {"self", "cls"}
                    command = any("command(" in ast.unparse(d) for d in node.decorator_list)
                    if len(names) > 6 and not command:
                        found.append(f"{module}.{node.name} takes {len(names)}")
    assert found == []
