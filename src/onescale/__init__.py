"""onescale: nothing can be compared until it stands on one scale.

The public names, and nothing else. They are loaded on first use (PEP 562), so that
`import onescale` costs no numpy, pandas, polars, scipy or matplotlib.
"""

import importlib

_HOMES = {
    "Augmenter": "onescale.augment",
    "Dataset": "onescale.dataset",
    "Network": "onescale.nn.network",
    "Variant": "onescale.variant",
    "train": "onescale.training",
    "Scaler": "onescale.tables.scaler",
    "describe": "onescale.tables.frames",
    "maxabs": "onescale.tables.frames",
    "minmax": "onescale.tables.frames",
    "rank": "onescale.tables.frames",
    "robust": "onescale.tables.frames",
    "standardize": "onescale.tables.frames",
    "OnescaleError": "onescale.errors",
    "SpecError": "onescale.errors",
    "DataError": "onescale.errors",
    "SourceError": "onescale.errors",
    "VerificationError": "onescale.errors",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'onescale' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
