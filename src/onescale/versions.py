"""The packages whose versions decide the bits of a run."""

from importlib.metadata import version

PACKAGES = ("onescale", "numpy", "scipy")


def versions() -> dict[str, str]:
    """The installed version of each."""
    return {name: version(name) for name in PACKAGES}
