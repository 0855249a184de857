"""The floors of the house: who may import whom, and which libraries stay where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "scanner"
GROUND = {"model", "errors", "assets", "version", "spool", "findings", "complying", "memory", "secrets"}
SIBLINGS = {"snapshot", "engine", "derive", "aws", "iac", "render", "publish"}
KEPT_TO = {
    "boto3": ("aws", "publish", "demo"),
    "botocore": ("aws", "publish", "demo"),
    "moto": ("demo",),
    "click": ("cli",),
    "jinja2": ("render/html",),
    "rich": ("cli/_progress_live",),
    "markupsafe": ("render/html",),
    "sarif_om": ("render/sarif",),
    "sqlite3": ("snapshot",),
}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in _running(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            if node.module == "scanner":
                yield from (f"scanner.{alias.name}" for alias in node.names)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only type checkers see."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _running(child)


def floor(relative: str) -> str:
    return relative.split("/", maxsplit=1)[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    relative = str(path.relative_to(ROOT))
    own = floor(relative)
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "scanner" and rest:
            target = rest.split(".")[0]
            if own in GROUND:
                assert target in GROUND, f"{relative} imports {name}"
            elif own in SIBLINGS:
                assert target in GROUND | {own}, f"{relative} imports {name}"
        elif top in KEPT_TO:
            assert relative.startswith(KEPT_TO[top]), f"{relative} imports {name}"


def test_no_cycles() -> None:
    names = {"scanner." + str(p.relative_to(ROOT).with_suffix("")).replace("/", "."): p for p in modules()}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    graph = {name: {i for i in _top_level(path) if i in names and i != name} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def _top_level(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_broad_except(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path}:{node.lineno}: bare except"
            caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
            assert not caught & {"Exception", "BaseException"}, f"{path}:{node.lineno}: too broad"


def test_data_folders_hold_no_python() -> None:
    for name in ("rules", "reports"):
        assert not list((ROOT.parent / name).rglob("*.py"))
        assert not (ROOT / name).exists(), "scanner/ must not have a source folder of that name"
