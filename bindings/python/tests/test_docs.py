"""The examples of the documentation are run."""

from __future__ import annotations

import doctest
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("page", ["python.md", "coming-from.md"])
def test_examples_of_a_page(page: str) -> None:
    pytest.importorskip("pandas")
    failed, run = doctest.testfile(
        str(ROOT / "docs" / page), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert run > 15 and failed == 0


@pytest.mark.parametrize("page", ["README.md", "bindings/python/README.md"])
def test_python_blocks_of_a_page(page: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.S | re.M)
    assert blocks
    for block in blocks:
        exec(compile(block, page, "exec"), {})


@pytest.mark.parametrize("page", ["panels.md", "scale.md"])
def test_blocks_print_what_stands_below(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    text = (ROOT / "docs" / page).read_text()
    blocks = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", text, re.S | re.M)
    assert blocks
    for block, printed in blocks:
        exec(compile(block, page, "exec"), {})
        assert capsys.readouterr().out == printed


@pytest.mark.parametrize("example", ["typed.py", "own_model.py"])
def test_examples(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "bindings" / "python" / "examples" / example
    runpy.run_path(str(path), run_name="__main__")
    assert "change" in capsys.readouterr().out
