"""The built-in rules: their own examples, their texts, and the generated files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner import assets
from scanner.engine import build, builtin, frameworks, rules
from scanner.engine.examples import judge
from scanner.engine.lint import lint
from scanner.engine.mappings import complete
from scanner.engine.mutants import mutants
from scanner.errors import RuleError
from scanner.model import Verdict

RULESET = builtin.rules_from_yaml()
EXAMPLES = [
    pytest.param(one, verdict, example, id=f"{one.rule.id}-{verdict}-{index}")
    for one in RULESET
    for verdict, items in one.rule.examples.items()
    for index, example in enumerate(items)
]


@pytest.mark.parametrize(("one", "verdict", "example"), EXAMPLES)
def test_the_rule_gives_the_example_its_verdict(one, verdict, example):
    assert judge(one, example) == verdict


@pytest.mark.parametrize("one", list(RULESET), ids=lambda one: one.rule.id)
def test_examples_notice_whatever_is_wrong_with_the_rule(one):
    assert [each.change for each in mutants(one) if not each.caught] == []


def kind_of(rule):
    return "-" + rule.resource.rpartition(":")[2].lower()


@pytest.mark.parametrize("one", list(RULESET), ids=lambda one: one.rule.id)
def test_a_rule_is_complete(one):
    rule = one.rule
    assert set(rule.fix) == {"cli", "terraform", "cloudformation"}
    assert rule.references
    assert all(url.startswith("https://docs.aws.amazon.com/") for url in rule.references)
    # A control about several types has a rule for each, named after the control and the type.
    key = rule.id.replace("-", "_")
    assert (
        rule.covers[0] in (key, rule.id.removesuffix(kind_of(rule)).replace("-", "_")) or key not in builtin.controls()
    )
    assert rule.source == f"rules/{rule.service}/{rule.id}.yaml"
    assert rule.examples["pass"]
    assert rule.examples["fail"]
    assert rule.examples["unknown"], "a call can be denied for every type here"


def test_every_file_is_a_rule_and_nothing_is_wrong():
    from scanner.aws.shapes import shape_of
    from scanner.derive.shapes import shape_of as derived_shape_of

    known, errors = frameworks.load()
    assert not errors
    assert len(RULESET) >= 18
    assert [str(problem) for problem in lint(RULESET, shape_of, derived_shape_of, known)] == []


def test_mappings_point_at_requirements_that_can_be_evidenced():
    known, _ = frameworks.load()
    for rule in RULESET.rules:
        for mapping in rule.frameworks:
            found = frameworks.requirement(known[mapping.framework], mapping.requirement)
            assert found is not None
            assert not found.get("group"), (rule.id, mapping)
            assert found["assessment"] in ("automated", "partial"), (rule.id, mapping)


def test_the_catalogue_is_up_to_date():
    text = (assets.folder("rules") / build.CATALOGUE).read_text(encoding="utf-8")
    assert text == build.catalogue(RULESET.rules), "run python -m scanner.engine.build"


def test_controls_are_each_listed_once():
    controls = builtin.controls()
    assert len(controls) == 610
    assert set(controls.values()) == {"rule", "merge", "drop", "manual"}


@pytest.fixture
def generated(tmp_path, monkeypatch):
    """The generated files in a folder of their own, loaded from there."""
    package = tmp_path / "generated"
    package.mkdir()
    build.build(assets.folder("rules"), package)
    for name in builtin._GENERATORS:
        (package / name).write_bytes((Path(builtin.__file__).parent / name).read_bytes())
    monkeypatch.setattr(builtin, "HERE", package)
    module = _load_module(package / builtin.MODULE)
    monkeypatch.setattr(builtin, "_module", lambda: module)
    return package


def _load_module(path):
    import types

    module = types.ModuleType("generated_rules")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)  # noqa: S102 - our own build
    return module


@pytest.fixture
def no_yaml(monkeypatch):
    def refuse(*_args):
        raise AssertionError("YAML was read")

    monkeypatch.setattr(builtin, "load_pack", refuse)


@pytest.mark.usefixtures("no_yaml", "generated")
def test_generated_rules_are_the_rules_of_the_yaml():
    made = builtin.rules()
    assert [one.rule.id for one in made] == [one.rule.id for one in RULESET]
    read = rules.load_pack(assets.folder("rules"), "rules")
    complete(read.rules, builtin.mapping_tables()[0])
    for one in read:
        other = made.loaded[one.rule.id]
        for name in one.rule.__slots__:
            if name != "examples":
                assert getattr(other.rule, name) == getattr(one.rule, name), name
        assert other.expect.members == one.expect.members
        assert other.expect.params == one.expect.params
        assert (other.when is None) == (one.when is None)
        for verdict, items in one.rule.examples.items():
            for example in items:
                assert judge(other, example) == verdict


@pytest.mark.usefixtures("generated")
def test_generated_frameworks_are_those_of_the_yaml():
    from_json = builtin.frameworks()
    (builtin.HERE / builtin.FRAMEWORK_DATA).unlink()
    assert from_json == builtin.frameworks()


@pytest.mark.parametrize("change", ["rule edited", "module missing", "module cut off", "module of another build"])
def test_what_is_not_up_to_date_is_read_from_yaml(generated, change, tmp_path, monkeypatch):
    if change == "rule edited":
        folder = tmp_path / "rules"
        (folder / "kms").mkdir(parents=True)
        text = (assets.folder("rules") / "kms" / "kms-key-rotation-enabled.yaml").read_text(encoding="utf-8")
        (folder / "kms" / "kms-key-rotation-enabled.yaml").write_text(text.replace("severity: medium", "severity: low"))
        monkeypatch.setattr(assets, "folder", lambda _name: folder)
        assert [rule.severity for rule in builtin.rules().rules] == ["low"]
        return
    made = generated / builtin.MODULE
    if change == "module missing":
        made.unlink()
    elif change == "module cut off":
        made.write_text(made.read_text(encoding="utf-8")[:-100], encoding="utf-8")
        monkeypatch.setattr(builtin, "_module", lambda: _load_module(made))
    else:
        monkeypatch.setattr(builtin._module(), "HASH", "0" * 64)
    assert all(rule.examples for rule in builtin.rules().rules), "only YAML brings examples"


def test_an_installed_package_trusts_its_build(generated, monkeypatch):
    monkeypatch.setattr(assets, "is_installed", lambda _name: True)
    monkeypatch.setattr(builtin, "pack_hash", lambda _folder: pytest.fail("nothing is hashed"))
    assert len(builtin.rules()) == len(builtin._module().RULES)


@pytest.mark.usefixtures("generated")
def test_what_nobody_touched_is_not_hashed_again(monkeypatch, tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(assets.folder("rules"), folder)
    monkeypatch.setattr(assets, "folder", lambda _name: folder)
    (builtin.HERE / builtin.STAMP).write_text(
        json.dumps({"hash": builtin._module().HASH, "stamp": builtin.stamp(folder)}), encoding="utf-8"
    )
    hashed = []
    monkeypatch.setattr(builtin, "pack_hash", lambda folder: hashed.append(folder) or builtin._module().HASH)
    assert builtin.rules().rules
    assert hashed == []
    os.utime(folder / "kms" / "kms-key-rotation-enabled.yaml", ns=(1, 1))
    assert builtin.rules().rules
    assert hashed == [folder]


def test_the_hash_sees_names_and_contents(tmp_path):
    (tmp_path / "a.yaml").write_text("x")
    first = builtin.pack_hash(tmp_path)
    (tmp_path / "a.yaml").write_text("y")
    second = builtin.pack_hash(tmp_path)
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    assert len({first, second, builtin.pack_hash(tmp_path)}) == 3


def test_an_invalid_rule_ends_the_build_with_its_place(tmp_path):
    (tmp_path / "x.yaml").write_text("id: a-b\n")
    with pytest.raises(RuleError, match=r"rules/x\.yaml:1: "):
        build.build(tmp_path, tmp_path)
    assert not (tmp_path / builtin.MODULE).exists()


def test_generated_rules_load_without_heavy_libraries():
    build.build(assets.folder("rules"))
    script = (
        "import sys\n"
        "from scanner.engine import rules, frameworks\n"
        "assert len(rules.load()) >= 18 and frameworks.load()[0]\n"
        "print([name for name in ('yaml', 'pydantic', 'jmespath', 'botocore', 'click') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_verdict_stands_for_each_kind_of_example():
    assert {verdict for one in RULESET for verdict in one.rule.examples} == {str(verdict) for verdict in Verdict}


def test_generated_files_load_beside_a_pack(tmp_path):
    text = (assets.folder("rules") / "kms" / "kms-key-rotation-enabled.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("id: kms-key-rotation-enabled", "id: my-rotation"))
    loaded = rules.load([tmp_path])
    assert "my-rotation" in loaded.loaded
    assert "kms-key-rotation-enabled" in loaded.loaded
    assert not loaded.errors
