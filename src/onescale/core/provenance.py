"""The packages whose versions decide the bits of a run."""

from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("onescale", "numpy", "scipy")


def versions() -> dict[str, str]:
    """The version of each; of one that is merely on the path, that it is not installed."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
