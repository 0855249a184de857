"""Formats are found by presence, without importing what they need."""

from __future__ import annotations

import compileall
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from report_samples import report

from scanner import render as package
from scanner.errors import UsageError
from scanner.render import formats

FOLDER = Path(package.__path__[0])
LISTING = "from scanner.render import formats; print(*formats.formats()); import sys; print(*sys.modules)"


def test_every_module_that_renders_is_a_format():
    rendering = {
        path.stem
        for path in FOLDER.glob("*.py")
        if re.search(r"^def render\((?:  # noqa.*)?\s*report: Report", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {item.module.rpartition(".")[2] for item in formats.formats().values()} == rendering


def test_listing_imports_no_format_and_no_library():
    done = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    names, modules = done.stdout.splitlines()
    assert "json" in names.split()
    loaded = set(modules.split())
    assert loaded.isdisjoint({"jinja2", "sarif_om", "pydantic", "attr", "boto3", "click"})
    assert loaded.isdisjoint({item.module for item in formats.formats().values()})


def copy_package(target: Path) -> Path:
    for name in ("__init__.py", "errors.py", "findings.py", "spool.py", "model.py", "assets.py", "memory.py"):
        (target / "scanner").mkdir(parents=True, exist_ok=True)
        (target / "scanner" / name).write_bytes((FOLDER.parent / name).read_bytes())
    for folder in (FOLDER, FOLDER.parent / "complying"):
        (target / "scanner" / folder.name).mkdir()
        for path in folder.glob("*.py"):
            (target / "scanner" / folder.name / path.name).write_bytes(path.read_bytes())
    return target


def listed(path: Path) -> list[str]:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {LISTING}"]
    return (
        subprocess.run(command, capture_output=True, text=True, check=True, cwd=path.parent)
        .stdout.splitlines()[0]
        .split()
    )


def test_formats_are_found_in_a_zip(tmp_path):
    tree = copy_package(tmp_path / "tree")
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        for path in tree.rglob("*.py"):
            archive.write(path, path.relative_to(tree))
    assert listed(tmp_path / "app.zip") == list(formats.formats())


def test_formats_are_found_where_only_byte_code_is_shipped(tmp_path):
    tree = copy_package(tmp_path / "tree")
    assert compileall.compile_dir(tree, legacy=True, quiet=1)
    for path in tree.rglob("*.py"):
        path.unlink()
    assert listed(tree) == list(formats.formats())


def test_a_new_file_is_a_new_format(tmp_path):
    tree = copy_package(tmp_path / "tree")
    text = 'NAME = "shout"\nEXTENSION = "txt"\n\n\ndef render(report):\n    return "HELLO"\n'
    (tree / "scanner" / "render" / "shout.py").write_text(text)
    assert "shout" in listed(tree)


def test_render_by_name_is_the_module_itself():
    from scanner.render import json_report

    assert formats.render("json", report()) == json_report.render(report())
    assert formats.get("json").extension == "json"


@pytest.mark.parametrize(("name", "meant"), [("jsn", "json"), ("JSON", ""), ("", ""), ("zzzz", "")])
def test_unknown_format_names_the_known_ones(name, meant):
    with pytest.raises(UsageError) as caught:
        formats.render(name, report())
    message = str(caught.value)
    assert f"unknown format {name!r}" in message
    assert ", ".join(formats.formats()) in message
    assert ("Did you mean" in message) == bool(meant)
    assert meant in message
