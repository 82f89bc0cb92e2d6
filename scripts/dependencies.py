#!/usr/bin/env python3
"""Holds what the workspace depends on to deny.toml, where cargo-deny is not installed.

    dependencies.py             everything in Cargo.lock
    dependencies.py selftest    the rules, on made-up packages

Licences, bans and sources mean what they mean to cargo-deny, for the keys that
deny.toml uses; a key that is not known here is an error, so that the two say
the same. Beyond cargo-deny, no dependency may ask for a newer Rust than the
workspace does. Advisories need a network: `cargo deny check advisories`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    from pip._vendor import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent

# The keys of deny.toml, and the values that are implemented (None: any).
KNOWN = {
    "graph": {"all-features": {True}},
    "licenses": {"include-dev": {True}, "allow": None, "exceptions": None},
    "bans": {
        "multiple-versions": {"allow"},
        "wildcards": {"deny"},
        "allow-wildcard-paths": {True},
        "deny": None,
    },
    "sources": {
        "unknown-registry": {"deny"},
        "unknown-git": {"deny"},
        "allow-registry": None,
    },
    "advisories": {"ignore": None, "yanked": None},
}


def unknown_keys(rules):
    """What deny.toml says that is not done here."""
    for section, keys in rules.items():
        for key, value in keys.items():
            if key not in KNOWN.get(section, {}):
                yield f"deny.toml: [{section}] {key} is not known to scripts/dependencies.py"
            elif KNOWN[section][key] is not None and value not in KNOWN[section][key]:
                yield (
                    f"deny.toml: [{section}] {key} = {value!r} is not known to "
                    "scripts/dependencies.py"
                )


def allowed(expression, licences):
    """Whether an SPDX expression can be met by `licences`.

    `/` is the old way to write OR; AND binds tighter than OR.
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    place = 0

    def peek():
        return tokens[place] if place < len(tokens) else None

    def take():
        nonlocal place
        token = peek()
        if token is None:
            raise ValueError(f"licence expression '{expression}' ends too early")
        place += 1
        return token

    def either():
        met = both()
        while peek() == "OR":
            take()
            other = both()
            met = met or other
        return met

    def both():
        met = one()
        while peek() == "AND":
            take()
            other = one()
            met = met and other
        return met

    def one():
        name = take()
        if name == "(":
            met = either()
            if take() != ")":
                raise ValueError(f"licence expression '{expression}' lacks a ')'")
            return met
        if peek() == "WITH":
            take()
            name = f"{name} WITH {take()}"
        return name in licences

    met = either()
    if peek() is not None:
        raise ValueError(f"licence expression '{expression}' has '{peek()}' where it should end")
    return met


def wrong_licences(rules, packages):
    """Packages under none of the licences that are allowed for them."""
    extra = {}
    for exception in rules["exceptions"]:
        extra.setdefault(exception["crate"], set()).update(exception["allow"])
    for package in packages:
        licences = set(rules["allow"]) | extra.get(package["name"], set())
        expression = package["license"]
        if expression is None:
            yield f"{named(package)} states no licence"
        elif not allowed(expression, licences):
            yield f"{named(package)} is under {expression}, which deny.toml does not allow"


def banned(rules, packages, dependents):
    """Packages that must not be there, or not for those who use them, and
    dependencies without a version."""
    bans = {}
    for ban in rules["deny"]:
        if isinstance(ban, str):
            ban = {"crate": ban}
        bans[ban["crate"]] = ban.get("wrappers")
    for package in packages:
        if package["name"] in bans:
            wrappers = bans[package["name"]]
            if wrappers is None:
                users = ", ".join(sorted(dependents[package["id"]]))
                yield f"{named(package)} is banned by deny.toml; used by {users}"
            else:
                for user in sorted(dependents[package["id"]] - set(wrappers)):
                    yield f"{named(package)} is not for {user}, says deny.toml"
        if package["source"] is None:
            for dependency in package["dependencies"]:
                # A path serves where nothing is published.
                local = dependency.get("path") and (
                    package["publish"] == [] or dependency["kind"] == "dev"
                )
                if dependency["req"] == "*" and not local:
                    yield f"{package['name']} depends on {dependency['name']} of any version"


def foreign(rules, packages):
    """Packages from elsewhere than the registries that are allowed."""
    sources = {f"registry+{registry}" for registry in rules["allow-registry"]}
    for package in packages:
        if package["source"] is not None and package["source"] not in sources:
            yield f"{named(package)} comes from {package['source']}"


def too_new(packages, newest):
    """Packages that need a newer Rust than the workspace asks for."""
    for package in packages:
        needs = package["rust_version"]
        if needs is not None and version(needs) > version(newest):
            yield f"{named(package)} needs Rust {needs}; the workspace promises {newest}"


def version(text):
    """'1.89' and '1.89.0' as the same three numbers."""
    numbers = [int(number) for number in text.split("-")[0].split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


def named(package):
    return f"{package['name']} {package['version']}"


def findings(rules, metadata, newest):
    """All that is wrong, as sentences."""
    packages = metadata["packages"]
    names = {package["id"]: package["name"] for package in packages}
    dependents = {package["id"]: set() for package in packages}
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["deps"]:
            dependents[dependency["pkg"]].add(names[node["id"]])
    yield from unknown_keys(rules)
    yield from wrong_licences(rules["licenses"], packages)
    yield from banned(rules["bans"], packages, dependents)
    yield from foreign(rules["sources"], packages)
    yield from too_new(packages, newest)


def graph(options):
    """What `cargo metadata` says about all platforms; without a network, and
    where crates of other platforms were never fetched, about this one."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode != 0:
        compiler = subprocess.run(["rustc", "-vV"], check=True, stdout=subprocess.PIPE, text=True)
        host = re.search(r"^host: (.*)$", compiler.stdout, re.MULTILINE)[1]
        here = subprocess.run(
            [*command, "--offline", "--filter-platform", host], cwd=ROOT, capture_output=True
        )
        if here.returncode != 0:
            sys.exit(done.stderr.decode())
        print(f"not all crates could be fetched; only those of {host} are looked at")
        done = here
    return json.loads(done.stdout)


def check():
    rules = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    metadata = graph(["--all-features"] if rules["graph"]["all-features"] else [])
    wrong = list(findings(rules, metadata, manifest["workspace"]["package"]["rust-version"]))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"{len(metadata['packages'])} packages are as deny.toml and rust-version want them")


def selftest():
    """Every rule says no where it has to, and yes where it may."""
    mit = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"}
    for expression, expected in {
        "MIT": True,
        "GPL-3.0": False,
        "GPL-3.0/MIT": True,
        "GPL-3.0 OR MIT": True,
        "GPL-3.0 AND MIT": False,
        "(GPL-3.0 OR MIT) AND Apache-2.0": True,
        "MIT OR GPL-3.0 AND GPL-2.0": True,
        "GPL-3.0 AND (MIT OR Apache-2.0)": False,
        "Apache-2.0 WITH LLVM-exception": True,
        "MIT WITH LLVM-exception": False,
    }.items():
        assert allowed(expression, mit) is expected, expression
    for expression in ("", "MIT OR", "(MIT", "MIT MIT", "MIT)"):
        try:
            allowed(expression, mit)
        except ValueError:
            continue
        raise AssertionError(f"'{expression}' was read as a licence")

    registry = "registry+https://example.org/index"
    rules = {
        "licenses": {"allow": ["MIT"], "exceptions": [{"crate": "c", "allow": ["MPL-2.0"]}]},
        "bans": {"deny": ["b", {"crate": "c", "wrappers": ["a"]}]},
        "sources": {"allow-registry": ["https://example.org/index"]},
    }

    def package(name, **changes):
        plain = {
            "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": registry,
            "dependencies": [], "publish": None, "rust_version": "1.80",
        }
        return {**plain, **changes}

    def say(*packages, edges=(), rules=rules):
        nodes = [{"id": user, "deps": [{"pkg": used}]} for user, used in edges]
        metadata = {"packages": list(packages), "resolve": {"nodes": nodes}}
        return list(findings(rules, metadata, "1.80"))

    anything = {"name": "d", "req": "*", "kind": None}
    beside = {**anything, "path": "/d"}
    a = package("a")
    assert say(a) == []
    assert say(package("a", license="GPL-3.0")) == [
        "a 1.0.0 is under GPL-3.0, which deny.toml does not allow"
    ]
    assert say(package("a", license=None)) == ["a 1.0.0 states no licence"]
    assert say(package("c", license="MPL-2.0")) == []
    assert say(a, package("b"), edges=[("a", "b")]) == [
        "b 1.0.0 is banned by deny.toml; used by a"
    ]
    assert say(a, package("c"), edges=[("a", "c")]) == []
    assert say(a, package("c"), package("d"), edges=[("a", "c"), ("d", "c")]) == [
        "c 1.0.0 is not for d, says deny.toml"
    ]
    assert say(package("a", source=None, dependencies=[anything])) == [
        "a depends on d of any version"
    ]
    assert say(package("a", source=None, dependencies=[beside])) != []
    assert say(package("a", source=None, dependencies=[beside], publish=[])) == []
    assert say(package("a", source=None, dependencies=[{**beside, "kind": "dev"}])) == []
    assert say(package("a", source="git+https://example.org/a")) == [
        "a 1.0.0 comes from git+https://example.org/a"
    ]
    assert say(package("a", rust_version="1.80.1")) == [
        "a 1.0.0 needs Rust 1.80.1; the workspace promises 1.80"
    ]
    assert say(package("a", rust_version="1.80.0")) == say(package("a", rust_version=None)) == []
    assert say(a, rules={**rules, "graph": {"targets": []}}) == [
        "deny.toml: [graph] targets is not known to scripts/dependencies.py"
    ]
    assert say(a, rules={**rules, "graph": {"all-features": False}}) == [
        "deny.toml: [graph] all-features = False is not known to scripts/dependencies.py"
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["selftest"]:
        selftest()
    elif not sys.argv[1:]:
        check()
    else:
        sys.exit(__doc__)
