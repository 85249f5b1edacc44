"""onescale: nothing can be compared until it stands on one scale.

The public names, and nothing else. They are loaded on first use (PEP 562), so that
`import onescale` costs no numpy, pandas, polars, scipy or matplotlib: no module at all, so that a
signal finds none half loaded.
"""

TYPE_CHECKING = False  # as `typing` has it
if TYPE_CHECKING:  # for type checkers and editors, which load nothing; `_HOMES` for the rest
    from onescale.comparison.api import compare as compare
    from onescale.comparison.api import load_runs as load_runs
    from onescale.comparison.api import train_all as train_all
    from onescale.core.errors import DataError as DataError
    from onescale.core.errors import OnescaleError as OnescaleError
    from onescale.core.errors import SourceError as SourceError
    from onescale.core.errors import SpecError as SpecError
    from onescale.core.errors import VerificationError as VerificationError
    from onescale.data.augment import Augmenter as Augmenter
    from onescale.data.dataset import Dataset as Dataset
    from onescale.tables.frames.eager import describe as describe
    from onescale.tables.frames.eager import mad as mad
    from onescale.tables.frames.eager import maxabs as maxabs
    from onescale.tables.frames.eager import minmax as minmax
    from onescale.tables.frames.eager import rank as rank
    from onescale.tables.frames.eager import robust as robust
    from onescale.tables.frames.eager import scale as scale
    from onescale.tables.frames.eager import stand as stand
    from onescale.tables.frames.eager import standardize as standardize
    from onescale.tables.frames.scaler import Scaler as Scaler
    from onescale.training.network import Network as Network
    from onescale.training.trainer import train as train
    from onescale.training.variant import Variant as Variant

__version__: str
_NAMES = {
    "comparison.api": "compare load_runs train_all",
    "core.errors": "DataError OnescaleError SourceError SpecError VerificationError",
    "data.augment": "Augmenter",
    "data.dataset": "Dataset",
    "tables.frames.eager": "describe mad maxabs minmax rank robust scale stand standardize",
    "tables.frames.scaler": "Scaler",
    "training.network": "Network",
    "training.trainer": "train",
    "training.variant": "Variant",
}
_HOMES = {name: f"onescale.{home}" for home, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    import importlib

    if name == "__version__":
        from importlib.metadata import version

        return version("onescale")
    if name not in _HOMES:
        raise AttributeError(f"module 'onescale' has no attribute {name!r}")
    try:
        value: object = getattr(importlib.import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        if error.name and not error.name.startswith("onescale"):
            error.add_note(f"onescale.{name} needs it: pip install 'onescale[workflow]'")
        raise
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
