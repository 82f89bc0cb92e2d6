"""Whether the modules of bocpd-core know only modules below them.

    python3 scripts/arrows.py            the check
    python3 scripts/arrows.py selftest   whether the check finds what it looks for

The layers are those of docs/architecture.md, between "Inside the core" and the next
heading: one line of modules each, the lowest at the end. A module may name modules of
lower lines only. Tests may name anything.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "crates/bocpd-core/src"
PAGE = ROOT / "docs/architecture.md"


def layers(page: str) -> list[list[str]]:
    """The modules of each layer, the highest first."""
    block = re.search(r"### Inside the core\n.*?```text\n(.*?)```", page, re.DOTALL)
    if block is None:
        sys.exit(f"{PAGE}: there are no layers under 'Inside the core'")
    return [line.split() for line in block[1].splitlines() if line.strip()]


def code(text: str) -> str:
    """The text without comments and without its tests, which come last."""
    text = re.sub(r"//[^\n]*", "", text)
    return re.split(r"#\[cfg\(test\)\]\s*mod \w+ \{", text)[0]


def known(sources: dict[str, str]) -> dict[str, set[str]]:
    """The modules that each module names."""
    names: dict[str, set[str]] = {}
    for path, text in sources.items():
        module = path.split("/")[0].removesuffix(".rs")
        if path == "lib.rs" or path.endswith("tests.rs"):
            continue
        found = set(re.findall(r"\bcrate::(\w+|\{)", code(text)))
        names.setdefault(module, set()).update(found - {module})
    return names


def faults(names: dict[str, set[str]], order: list[list[str]]) -> list[str]:
    level = {module: len(order) - i for i, line in enumerate(order) for module in line}
    found = [f"{module} is in no layer" for module in sorted(names.keys() - level.keys())]
    found += [f"{module} is in a layer, but not there" for module in sorted(level.keys() - names.keys())]
    for module in sorted(names.keys() & level.keys()):
        for other in sorted(names[module]):
            if other not in level:
                found.append(f"{module} names crate::{other}: name the module that has it")
            elif level[other] >= level[module]:
                found.append(f"{module} names {other}, which is not below it")
    return found


def selftest() -> None:
    sources = {
        "lib.rs": "use crate::a::A;",
        "a.rs": "use crate::b::B; // crate::c\n#[cfg(test)]\nmod tests { use crate::c::C; }",
        "b/one.rs": "use crate::c::C;",
        "c.rs": "",
    }
    names = known(sources)
    assert names == {"a": {"b"}, "b": {"c"}, "c": set()}, names
    assert faults(names, [["a"], ["b"], ["c"]]) == []
    assert len(faults(names, [["b"], ["a"], ["c"]])) == 1
    assert len(faults(names, [["a", "b"], ["c"]])) == 1
    assert len(faults(names, [["a"], ["b"], ["c"], ["d"]])) == 1
    assert len(faults(names, [["a"], ["b"]])) == 2
    assert len(faults(known({"a.rs": "use crate::{B, C};"}), [["a"]])) == 1


if __name__ == "__main__":
    if sys.argv[1:] == ["selftest"]:
        selftest()
        sys.exit()
    sources = {str(path.relative_to(SOURCE)): path.read_text() for path in SOURCE.rglob("*.rs")}
    found = faults(known(sources), layers(PAGE.read_text()))
    for fault in found:
        print(f"bocpd-core: {fault}", file=sys.stderr)
    sys.exit(bool(found))
