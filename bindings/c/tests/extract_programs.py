"""Writes the C and C++ programs of a Markdown file as files: extract_programs.py FILE DIRECTORY."""

import pathlib
import re
import sys


def main():
    source, directory = map(pathlib.Path, sys.argv[1:])
    programs = re.findall(r"^```(c|cpp)\n(.*?)^```$", source.read_text(), re.M | re.S)
    kinds = {kind for kind, _ in programs}
    assert kinds == {"c", "cpp"}, f"{source} should have programs in C and C++, has {kinds}"
    for number, (kind, text) in enumerate(programs):
        assert "int main(" in text, f"program {number} of {source} has no main"
        (directory / f"program{number}.{kind}").write_text(text)


if __name__ == "__main__":
    main()
