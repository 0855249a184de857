"""Settings: found, read by a table, refused with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.settings import Settings, find, load


def test_defaults_and_values(tmp_path: Path) -> None:
    assert load(None) == Settings()
    path = tmp_path / "posture.toml"
    path.write_text('fail_on = "low"\nregions = ["eu-west-1"]\n[params.kms-a]\nmax = 3\n')
    settings = load(path)
    assert (settings.fail_on, settings.regions, settings.params) == ("low", ("eu-west-1",), {"kms-a": {"max": 3}})


def test_where_they_are_found(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert find(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text('[tool.aws-posture]\nfail_on = "info"\n')
    assert load(find(tmp_path)).fail_on == "info"
    (tmp_path / "posture.toml").write_text("")
    assert find(tmp_path) == tmp_path / "posture.toml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_no = "high"', "Did you mean fail_on"),
        ('fail_on = "severe"', "fail_on must be one of critical"),
        ('regions = "eu-west-1"', "regions must be a list of strings"),
        ("params = {a = 1}", "params must be"),
        ("anchor = 3", "anchor must be a string"),
        ("= broken", "cannot be read"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "posture.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=words) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_an_organization_is_laid_over_key_by_key(tmp_path: Path) -> None:
    path = tmp_path / "posture.toml"
    path.write_text(
        '[organization]\nrole_name = "audit"\nexclude = [111122223333, "444455556666"]\n'
        '[profiles.one]\norganization = { role_name = "other" }\n'
    )
    found = load(path, "one").organization
    assert found == {"role_name": "other", "exclude": ("111122223333", "444455556666")}
    path.write_text('[organization]\nrolename = "audit"\n')
    with pytest.raises(UsageError, match=r"organization\.rolename.*Did you mean role_name"):
        load(path)
