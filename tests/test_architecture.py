"""Who may import whom, read from the syntax trees: the modules, held to one direction."""

import ast
import functools
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
MODULES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SRC.rglob("*.py"))
}
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


def packages(module: str, top_only: bool = False) -> set[str]:
    return {name.split(".")[0] for name in imports(module, top_only)}


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in MODULES}


def reach(module: str) -> set[str]:
    """Every module of ours that `module` imports, at any depth."""
    found, todo = set(), [module]
    while todo:
        new = ours(todo.pop()) - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("module", MODULES)
def test_nothing_knows_snakemake(module):
    assert "snakemake" not in packages(module)


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith("onescale.figures")])
def test_only_figures_draw(module):
    assert "matplotlib" not in packages(module)


@pytest.mark.parametrize("module", MODULES)
def test_no_cycles(module):
    assert module not in reach(module)


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("onescale.nn.")])
def test_the_network_needs_numpy_and_sparse_products_alone(module):
    third_party = packages(module) & (HEAVY | {"click", "narwhals", "pooch", "tqdm"})
    assert third_party == ({"scipy"} if module == "onescale.nn.pixels" else set())
    above = ("onescale.training", "onescale.tables", "onescale.comparison", "onescale.cli")
    assert not {name for name in reach(module) if name.startswith(above)}


def test_training_is_light():
    for module in {"onescale.training"} | reach("onescale.training"):
        allowed = {"scipy"} if module == "onescale.nn.pixels" else set()
        assert not packages(module) & (HEAVY - allowed), module


def test_importing_a_variant_costs_the_standard_library_alone():
    for module in {"onescale.variant"} | reach_at_import("onescale.variant"):
        assert not packages(module, top_only=True) & (HEAVY | {"numpy", "click"}), module


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("onescale.cli")])
def test_the_command_line_imports_lazily(module):
    heavy = HEAVY | {"numpy", "narwhals", "pooch", "tqdm", "charset_normalizer"}
    for name in {module} | {m for m in reach_at_import(module)}:
        assert not packages(name, top_only=True) & heavy, name


def reach_at_import(module: str) -> set[str]:
    """Modules of ours that importing `module` imports at once."""
    found, todo = set(), [module]
    while todo:
        new = {n for n in imports(todo.pop(), top_only=True) if n in MODULES} - found
        found |= new
        todo += new
    return found


@pytest.mark.parametrize("module", MODULES)
def test_files_stay_short_and_say_why(module):
    text = MODULES[module].read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)), f"{module} does not open with why it exists"
