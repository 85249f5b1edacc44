"""Docstrings hold: every example in them prints what it says, and the public API is told of."""

import doctest
import importlib
import inspect
import pkgutil

import onescale


def test_every_example_prints_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places = pkgutil.walk_packages(onescale.__path__, "onescale.")
    names = [place.name for place in places if not place.name.endswith("__main__")]
    results = {name: doctest.testmod(importlib.import_module(name)) for name in names}
    assert {name: found for name, found in results.items() if found.failed} == {}
    assert sum(found.attempted for found in results.values()) > 40


def parts():
    """What can be imported from onescale, and the public methods of its classes."""
    for name in onescale.__all__:
        one = getattr(onescale, name)
        yield name, one
        if inspect.isclass(one):
            own = vars(one).items()
            yield from (
                (f"{name}.{key}", getattr(one, key))
                for key, value in own
                if not key.startswith("_") and (callable(value) or isinstance(value, classmethod))
            )


def test_the_public_api_is_told_of_and_typed():
    told = {name: one for name, one in parts() if callable(one)}
    assert len(told) > 20
    assert [name for name, one in told.items() if not inspect.getdoc(one)] == []
    functions = {name: one for name, one in told.items() if not inspect.isclass(one)}
    untyped = [
        f"{name}({parameter.name})"
        for name, one in functions.items()
        for parameter in inspect.signature(one).parameters.values()
        if parameter.name not in ("self", "cls") and parameter.annotation is parameter.empty
    ]
    assert untyped == []
