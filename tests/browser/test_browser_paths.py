"""Attack paths: the list, the picture, the steps with their evidence, and what is only possible."""

from __future__ import annotations

from typing import Any

import html_samples as samples
import html_samples_paths as paths
import pytest

pytestmark = pytest.mark.browser

LONG = paths.by_balancer().id


def test_the_list_stands_by_where_paths_begin_and_the_possible_ones_apart(page: Any) -> None:
    page.open(paths.attacked, "#/paths")
    assert page.texts(".plist h2") == ["From the internet 1", "From within 1", "Possible: not all was read 1"]
    assert page.text("#nav a[href='#/paths'] .c") == "3"
    assert page.text(".ptitle") == "The internet reaches 2 instances, whose role portal can read exports"


def test_a_path_is_drawn_and_told(page: Any) -> None:
    page.open(paths.attacked, f"#/paths/{LONG}", width=1440)
    drawn = page.run("return [...document.querySelectorAll('svg.path .n1')].map((e) => e.firstChild.textContent)")
    assert drawn == ["the internet", "front", "2 instances", "portal", "exports"]
    label = page.run("return document.querySelector('svg.path').getAttribute('aria-label')")
    assert label == "the internet, then front, then 2 instances, then portal, then exports"
    steps = page.text(".psteps")
    for words in (
        "sg-1: ingress tcp 443 from 0.0.0.0/0",
        "i-1: MetadataOptions.HttpTokens = optional",
        'inline policy web: statement Read allows · {"Action":"s3:GetObject","Effect":"Allow","Resource":"*"}',
    ):
        assert words in steps
    assert "Possible" not in page.text(".pv .meta")
    assert "require IMDSv2" in page.text(".pmends")
    page.click(".psteps summary")
    assert f"arn:aws:ec2:eu-central-1:{paths.ACCOUNT}:instance/i-2" in page.text(".psteps details")
    page.click(".psteps a[href*='exports']")
    page.wait_for_text(".detail h2", "exports")


def test_a_possible_path_says_what_was_not_read(page: Any) -> None:
    page.open(paths.attacked, f"#/paths/{paths.supposed().id}")
    assert "Possible" in page.text(".pv .meta")
    assert "denied (iam:GetPolicy)" in page.text(".pv")
    assert page.run("return document.querySelectorAll('svg.path .dash').length") == 1


def test_keys_move_through_the_list(page: Any) -> None:
    page.open(paths.attacked, "#/paths")
    page.keys("j")
    page.wait_for_text(".ptitle", "The user u-001")
    page.keys("j")
    page.wait_for_text(".ptitle", "The role portal")
    page.keys("k")
    page.wait_for_text(".ptitle", "The user u-001")
    page.keys("g", "o")
    page.wait_for_text("#view", "Attack paths")


def test_many_turn_pages_and_the_rest_is_counted(page: Any) -> None:
    page.open(paths.many_paths, f"#/paths/{paths.numbered(45).id}")
    assert page.nodes() < 1500
    assert "and 30 less severe" in page.text(".plist")
    current = page.text(".plist [aria-current=true] .t")
    assert "u-045" in current
    assert page.text(".plist .pager .num") == "41–60 of 120"


def test_on_a_phone_list_and_path_are_two_screens(page: Any) -> None:
    page.open(paths.attacked, "#/paths", width=390)
    assert page.run("return document.querySelector('.pv').checkVisibility()") is False
    page.click(".plist a")
    page.wait_for_text(".ptitle", "The internet")
    assert page.overflow() == []
    page.click(".pv a.row")
    page.until("return document.querySelector('.plist').checkVisibility()")


def test_without_paths_the_view_says_why(page: Any) -> None:
    page.open(paths.unlisted, "#/paths")
    assert page.text(".head") == "No attack path was found that is certain in each step."
    assert "denied (iam:ListRoles)" in page.text("#view")
    page.open(samples.plan, "#/paths")
    assert page.text(".head").startswith("Paths are found in an account")
    page.open(samples.small, "#/paths")
    assert page.text(".head").startswith("Attack paths were not looked for")


def test_hostile_names_are_text(page: Any) -> None:
    page.open(paths.hostile_paths, "#/paths")
    for link in page.run("return [...document.querySelectorAll('.plist a')].map((a) => a.getAttribute('href'))")[:12]:
        page.run("location.hash = arguments[0]", link)
        page.until("return document.querySelector('.ptitle')")
    assert page.run("return window.pwned") is None
    assert page.run("return document.querySelectorAll('#view img, #view script').length") == 0


def test_the_static_summary_names_them(page: Any) -> None:
    page.open(paths.attacked, scripts=False)
    text = page.text("body")
    assert "2 attack paths, and 1 that is possible." in text
    assert "the internet → front → 2 instances → portal → exports" in text
