"""The kinds of secrets, by how they are written. A pattern's group `value` is the secret.

Prefixes are those that their makers document; every repetition is bounded, so that no text takes long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of secret: it is looked for where one of `hints`, in lower case, stands in the text."""

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _known(name: str, pattern: str, *hints: str) -> Kind:
    """A token by its own form, which stands alone."""
    return Kind(name, hints, re.compile(rf"(?<![A-Za-z0-9_])(?P<value>{pattern})(?![A-Za-z0-9_])"))


_QUOTED = r"""\\?"[^"\n\\]{0,200}\\?"|\\?'[^'\n\\]{0,200}\\?'"""
_VALUE = rf"""(?P<value>{_QUOTED}|[^\s"'`,;|&<>\\]{{1,200}})"""
_SEP = r"""\\?["']?\]?[ \t]{0,3}(?P<sep>=>|:=|={1,3}|:)[ \t]{0,3}"""
_FORTY = r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"

_ECHO = r"echo\s{1,3}(?:-\w\s{1,3})?"
_INTO = r"\s{0,3}\|\s{0,3}(?:sudo\s{1,3})?"


def _password(pattern: str, *hints: str) -> Kind:
    return Kind("password", hints, re.compile(pattern))


KINDS = (
    Kind(
        "private key",
        ("private key",),
        re.compile(
            r"(?P<value>-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)"
            r"""(?!(?:\\[rn]|\s){0,4}[$<{.*%"'])"""
        ),
    ),
    Kind("private key", ("age-secret-key-1",), re.compile(r"(?P<value>AGE-SECRET-KEY-1[0-9A-Z]{58})")),
    _known("AWS access key id", "A[KS]IA[A-Z2-7]{16}", "akia", "asia"),
    Kind(
        "AWS secret access key",
        ("secret",),
        re.compile(rf"(?i)secret_?(?:access_?)?key\W{{1,8}}(?P<value>{_FORTY})"),
    ),
    Kind(
        "AWS secret access key",
        ("akia", "asia"),
        re.compile(
            rf"A[KS]IA[A-Z2-7]{{16}}(?![A-Z0-9])[\s\S]{{1,120}}?(?<![A-Za-z0-9/+=])"
            rf"(?P<value>(?=[^\n]{{0,39}}[A-Z])(?=[^\n]{{0,39}}[a-z])(?=[^\n]{{0,39}}\d){_FORTY})"
        ),
    ),
    _known(
        "GitHub token",
        r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
    ),
    _known("GitLab token", r"gl(?:pat|rt|dt|ptt|cbt)-[\w-]{20,64}", "glpat-", "glrt-", "gldt-", "glptt-", "glcbt-"),
    _known("Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{10,250}", "xox", "xapp-"),
    Kind(
        "Slack webhook",
        ("hooks.slack.com",),
        re.compile(
            r"(?P<value>hooks\.slack\.com/(?:services/T\w{4,20}/B\w{4,20}"
            r"|workflows/T\w{4,20}/A\w{4,20}/\d{4,30})/\w{16,40})"
        ),
    ),
    _known(
        "Stripe key",
        r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/=]{32,100}",
        "_live_",
        "_test_",
        "whsec_",
    ),
    _known("Google API key", r"AIza[\w-]{35}", "aiza"),
    Kind(
        "Google Cloud service account key",
        ("private_key_id",),
        re.compile(r"""private_key_id\\?["']\s{0,3}:\s{0,3}\\?["'](?P<value>[0-9a-f]{40})"""),
    ),
    Kind("Azure storage key", ("accountkey=",), re.compile(r"(?i)AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)")),
    _known("npm token", r"npm_[A-Za-z0-9]{36}", "npm_"),
    _known("PyPI token", r"pypi-AgE[\w-]{50,250}", "pypi-"),
    _known("Docker token", r"dckr_(?:pat|oat)_[\w-]{27,64}", "dckr_"),
    _known("SendGrid key", r"SG\.[\w-]{22}\.[\w-]{43}", "sg."),
    _known("DigitalOcean token", r"do[opr]_v1_[0-9a-f]{64}", "_v1_"),
    _known("Vault token", r"hv[sbr]\.[\w-]{24,250}", "hvs.", "hvb.", "hvr."),
    _known("Terraform token", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}", ".atlasv1."),
    _known("New Relic key", r"NRAK-[A-Z0-9]{27}", "nrak-"),
    _known("Tailscale key", r"tskey-(?:auth|api|client)-\w{8,40}-\w{16,64}", "tskey-"),
    _known("OpenAI key", r"sk-(?:proj-|svcacct-)?[\w-]{20,130}T3BlbkFJ[\w-]{20,130}", "t3blbkfj"),
    _known("Anthropic key", r"sk-ant-[\w-]{24,130}", "sk-ant-"),
    _known("JSON Web Token", r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{16,700}", "eyj"),
)
"""Known by their own form."""

TOLD = (
    Kind(
        "credentials in a URL",
        ("://",),
        re.compile(
            r"(?i)\b[a-z][a-z0-9+.-]{1,20}://(?!user(?:name)?:pass(?:word)?@)"
            r"""[^\s:/@"'<>]{0,100}:(?P<value>[^\s/@"'<>]{1,200})@[\w$\[{]"""
        ),
    ),
    _password(rf"(?i)\s--?(?:[a-z0-9]{{1,20}}-){{0,3}}pass(?:word|wd|phrase)?[ \t]+(?!-){_VALUE}", "-pass"),
    _password(
        r"(?:mysql|mariadb)(?:-?[a-z]{1,9})?\s(?:[^\n|;]{0,200}?\s)?-p"
        rf"""(?P<value>{_QUOTED}|[^\s"'`,;|&<>-][^\s"'`,;|&<>]{{2,200}})""",
        "mysql",
        "mariadb",
    ),
    _password(r"(?i)(?:password|passwd|pwd)>(?P<value>[^<>\n]{1,200})</", "pass", "pwd"),
    _password(rf"sshpass\s{{1,3}}-p\s{{0,3}}{_VALUE}", "sshpass"),
    _password(
        r"(?:curl|wget)\s(?:[^\n|;]{0,300}?\s)?(?:-u|--user)[ =]{0,2}"
        r"""["']?[^\s:"'`$]{1,100}:(?P<value>[^\s"'`]{1,200})""",
        "curl",
        "wget",
    ),
    _password(
        rf"""{_ECHO}["']?[\w.$@{{}}-]{{1,64}}:(?P<value>[^\s"'|]{{1,200}})["']?{_INTO}chpasswd""",
        "chpasswd",
    ),
    _password(
        r"""list:\s{0,3}(?:[|>]-?|\[)?\s{0,200}(?:-\s)?["']?[\w.-]{1,64}:(?P<value>[^\s"'\]]{1,200})""", "chpasswd"
    ),
    _password(
        rf"""{_ECHO}(?P<value>"[^"\n]{{1,200}}"|'[^'\n]{{1,200}}'|[^\s"'|]{{1,200}}){_INTO}passwd\s""", "--stdin"
    ),
    _password(
        r"""(?i)net user\s{1,3}(?:"[^"\n]{1,64}"|[^\s"/]{1,64})\s{1,3}"""
        rf"""(?P<value>{_QUOTED}|[^\s"'/*][^\s"']{{1,200}})""",
        "net user",
    ),
    _password(
        r"(?i)ConvertTo-SecureString\s{1,3}(?:-String\s{1,3}|-AsPlainText\s{1,3}){0,2}" rf"(?P<value>{_QUOTED})",
        "convertto-securestring",
    ),
    Kind(
        "credentials of an HTTP request",
        ("authorization",),
        re.compile(
            r"""(?i)authorization\\?["']?\s{0,3}[:=,]\s{0,3}\\?["']?"""
            r"""(?:bearer|basic|token)\s{1,3}(?P<value>[\w.~+/=$({-]{12,2000})"""
        ),
    ),
)
"""Told to a command, an address or a request."""

ASSIGNED = (
    Kind(
        "password",
        ("pass", "pwd"),
        re.compile(rf"(?i)(?P<name>(?<![a-z])pass|pass(?:words?|wd|phrase|code)|pwd){_SEP}{_VALUE}"),
    ),
)
"""Assigned to a password's name."""

NAMED = (
    Kind(
        "token",
        ("key", "token", "secret", "credential"),
        re.compile(
            r"(?i)(?P<name>(?:api|access|secret|private|encryption|signing|master|account|license)[_-]?(?:key|token)"
            rf"|secret|token|credentials?){_SEP}"
            r"""(?P<value>\\?["'][\w\-/+=.~:]{16,200}\\?["']|[\w\-/+=.~]{16,200}(?![\w\-/+=.~(\[$]))"""
        ),
    ),
)
"""Assigned to the name of a token."""
