"""Everything public is documented in the form of NumPy's, and its examples are run."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import bocpd

MODULES = [
    "bocpd", "bocpd.alarm", "bocpd.arrow", "bocpd.calibrate", "bocpd.defaults",
    "bocpd.distribution", "bocpd.duckdb", "bocpd.hazard", "bocpd.model", "bocpd.panel",
    "bocpd.polars", "bocpd.readout", "bocpd.ruptures", "bocpd.ruptures.exceptions",
    "bocpd.ruptures.metrics", "bocpd.river", "bocpd.sklearn", "bocpd.spark",
]  # fmt: skip

# What one writes oneself: the class shows how.
WRITTEN_BY_USERS = {"ColumnModel", "FrozenDistribution", "ScalarModel"}


def things() -> Iterator[tuple[str, Any]]:
    seen = set()
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            assert error.name in ("sklearn", "river", "polars", "pyarrow", "duckdb", "pyspark"), error
            continue
        for item in module.__all__:
            thing = getattr(module, item)
            if not inspect.ismodule(thing) and id(thing) not in seen:
                seen.add(id(thing))
                yield f"{name}.{item}", thing


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """Public ones that this package has written."""
    for name in dir(cls):
        if not name.startswith("_"):
            home = next(base for base in cls.__mro__ if name in vars(base))
            if home.__module__.partition(".")[0] == "bocpd":
                yield name, vars(home)[name]


def documented() -> Iterator[tuple[str, Any, bool]]:
    """Names, what they stand for, and whether it is called."""
    for name, thing in things():
        yield name, thing, True
        if inspect.isclass(thing):
            for member, value in members(thing):
                function = getattr(value, "__func__", value)
                yield f"{name}.{member}", function, callable(function)


ALL = list(documented())


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"(?m)^(\w[\w ]*)\n-{3,}\n", inspect.cleandoc(text))
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def test_there_is_much_to_look_at() -> None:
    assert len(ALL) > 200


@pytest.mark.parametrize(("name", "thing", "called"), ALL, ids=[name for name, _, _ in ALL])
def test_documentation_is_complete(name: str, thing: Any, called: bool) -> None:
    if not called:
        # Fields of dataclasses with plain defaults have no text of their own.
        if isinstance(thing, (property,)) or type(thing).__name__ == "getset_descriptor":
            assert thing.__doc__, name
        return
    assert thing.__doc__, name
    found = sections(thing.__doc__)
    assert found[""].strip(), name
    assert "\n\n" in found[""] + "\n\n"
    of_users = name.split(".")[-2] in WRITTEN_BY_USERS
    if not of_users:
        assert ">>> " in found.get("Examples", ""), f"{name} has no example"
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return
    wanted = parameters(thing)
    if wanted is not None:
        heads = re.findall(r"(?m)^(\S[^\n:]*?)(?: :|$)", found.get("Parameters", ""))
        listed = {part.strip().lstrip("*") for head in heads for part in head.split(",")}
        assert set(wanted) <= listed, f"{name} does not say {set(wanted) - listed}"
        assert listed <= set(wanted), f"{name} says too much: {listed - set(wanted)}"


def parameters(thing: Any) -> list[str] | None:
    """What has to be told of; None where a class is made by the package alone."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    names = [name for name in signature.parameters if name != "self"]
    if not inspect.isclass(thing):
        return names
    # Records tell of their attributes, which are what they are made from.
    told = sections(thing.__doc__ or "")
    if "Attributes" in told:
        for name in names:
            assert name.startswith("_") or re.search(rf"\b{name}\b", told["Attributes"]), name
        return None
    if thing.__name__ in WRITTEN_BY_USERS or names in (["args", "kwargs"], []):
        return None
    return names


@pytest.mark.parametrize(("name", "thing", "called"), ALL, ids=[name for name, _, _ in ALL])
def test_examples_run(name: str, thing: Any, called: bool) -> None:
    if "Examples\n" not in (thing.__doc__ or ""):
        return
    if "frame" in name or "plot" in name or "display" in name:
        pytest.importorskip("pandas")
        pytest.importorskip("matplotlib").use("Agg")
    names = {"bocpd": bocpd, "np": np}
    examples = doctest.DocTestParser().get_doctest(
        inspect.cleandoc(thing.__doc__), names, name, None, 0
    )
    assert examples.examples
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    runner.run(examples, out=said.append)
    assert runner.failures == 0, "".join(said)
