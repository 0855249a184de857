"""The YAML that rule files are written in: plain values, lines, and what is refused."""

import pytest

from scanner.engine.rule_yaml import MAX_BYTES, parse, read
from scanner.errors import RuleError


def value(text):
    return parse(text, "f.yaml")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012-10-17", "2012-10-17"),
        ("22:22", "22:22"),
        ("yes", "yes"),
        ("off", "off"),
        ("012345678901", "012345678901"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("'5'", "5"),
        ("5", 5),
        ("-1", -1),
        ("1.5", 1.5),
        (".inf", ".inf"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("<<", "<<"),
    ],
)
def test_a_scalar_is_what_it_looks_like(text, expected):
    found = value(f"a: {text}\n")["a"]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: the key 'a' is there twice"),
        ("a: &x [1]\nb: *x\n", "f.yaml:1: anchors and aliases are not taken"),
        ("a: 1\nb: !!python/object:os.system ls\n", "f.yaml:2: the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: holds more than one document"),
        ("a: 1\n? [b]\n: 2\n", "f.yaml:2: a key must be a word"),
        ("a: [1\nb: 2\n", "f.yaml:2: "),
        ("a: \x07\n", "f.yaml"),
        ("[" * 50 + "]" * 50, "f.yaml:1: is nested deeper than 40"),
        ("[" * 50_000, "f.yaml:1: is nested deeper than 40"),
        ("a:\n\t- b\n", "f.yaml:2: "),
    ],
)
def test_traps_are_refused_with_their_line(text, told):
    with pytest.raises(RuleError) as caught:
        parse(text, "f.yaml")
    assert str(caught.value).startswith(told)


def test_many_aliases_cannot_grow_in_memory():
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(RuleError, match="anchors and aliases"):
        parse(f"a0: &a0 [x]\n{levels}\n", "f.yaml")


def test_an_empty_file_is_null():
    assert value("# nothing\n") is None


def test_places_are_lines_of_the_file():
    _, source = parse("a: 1\nb:\n  - x\n  - {c: 2,\n     d: [3]}\ne: >-\n  one two\n  three one\nf: 4\n", "f.yaml")
    assert source.line("a") == 1
    assert source.line("b", 1, "d", 0) == 5
    assert source.line("b", 1, "lost") == 4
    assert source.line("nowhere") == 1
    assert source.line("b") == 2
    assert source.line("e") == 7
    assert [source.line_at(column, "e") for column in (0, 1, 7, 8, 9, 40)] == [7, 7, 7, 7, 8, 8]
    assert source.line("e", word="three") == 8
    assert source.line("e", word="thre") == 7
    assert source.line("f") == 9


def test_a_word_is_not_sought_below_its_value():
    _, source = parse("e: >-\n  one\nf: here\n", "f.yaml")
    assert source.line("e", word="here") == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"a: 1\nb: \xff\n", "n:2: is not UTF-8"), (b"x" * (MAX_BYTES + 1), "n: is larger than")],
)
def test_files_that_are_no_text_are_refused(tmp_path, content, told):
    file = tmp_path / "f.yaml"
    file.write_bytes(content)
    with pytest.raises(RuleError) as caught:
        read(file, "n")
    assert str(caught.value).startswith(told)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(RuleError, match="n: No such file"):
        read(tmp_path / "missing.yaml", "n")
