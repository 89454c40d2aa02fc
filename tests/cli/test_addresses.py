"""`extract run ADDRESS`: what is read again, what is refused, what is said; against a site on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from extract.errors import UsageError
from extract.web import robots
from tests.commands import extract
from tests.web_site import Said, a_site, page


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and sites that nobody waits for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(robots, "PAUSE", 0.0)
    return tmp_path


def run(*arguments: str) -> Result:
    return extract("run", *arguments, "--model", "rules")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][1:]


def feed(*paths: str) -> Said:
    return Said(f"<rss>{''.join(f'<item><link>{path}</link></item>' for path in paths)}</rss>", "text/xml")


def other(number: int) -> str:
    """A page unlike the others."""
    said = " ".join(
        f"In district {number * 100 + each} nobody was hurt by the storm number {number + each}." for each in range(12)
    )
    return page(f"Report {number}", said, said)


def test_a_second_run_of_a_feed_reads_only_what_is_new(folder: Path) -> None:
    pages = {"/feed": feed("/1", "/2"), **{f"/{each}": Said(other(each)) for each in (1, 2, 3)}}
    with a_site(pages) as site:
        assert run(site.at("/feed"), "--allow-private", "-o", "r.jsonl").exit_code == 0
        site.asked.clear()
        site.pages = {**pages, "/feed": feed("/3", "/1", "/2")}
        done = run(site.at("/feed"), "--allow-private", "-o", "r.jsonl")
        again = run(site.at("/feed"), "--allow-private", "-o", "r.jsonl", "--limit", "1")
    assert site.asked == ["/robots.txt", "/feed", "/3", "/robots.txt", "/feed"]
    assert "1 article written to r.jsonl; continued: 2 were complete already" in done.stderr
    assert "0 articles written to r.jsonl; continued: 1 was complete already" in again.stderr
    found = rows(folder / "r.jsonl")
    assert [each["title"] for each in found] == ["Report 1", "Report 2", "Report 3"]
    assert [each["source"] for each in found] == [site.at("/1"), site.at("/2"), site.at("/3")]
    assert found[0]["url"] == site.at("/1")
    assert f"read 3 of 3: {site.at('/2')}" in done.stderr


def test_a_page_that_has_changed_is_done_again_under_its_id(folder: Path) -> None:
    with a_site({"/a": Said(other(1))}) as site:
        run(site.at("/a"), "--allow-private", "-o", "r.jsonl")
        site.pages = {"/a": Said(other(2))}
        run(site.at("/a"), "--allow-private", "-o", "r.jsonl")
    one, two = rows(folder / "r.jsonl")
    assert one["article_id"] == two["article_id"]
    assert (one["title"], two["title"]) == ("Report 1", "Report 2")


def test_what_is_private_is_a_failed_article_that_says_what_to_do(folder: Path) -> None:
    with a_site({"/a": Said(other(1))}) as site:
        done = run(site.at("/a"), "-o", "r.jsonl")
    assert done.exit_code == 1
    assert "no public address; --allow-private reads from it all the same" in done.stderr
    assert site.asked == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("ftp://news.example/a", "only http, https and"),
        ("https://ann:hunter2@news.example/a", "name or password"),
        ("https://", "without a host"),
    ],
)
def test_an_address_that_is_not_taken_ends_the_command(folder: Path, given: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as told:
        run(given)
    assert "hunter2" not in str(told.value)


def test_an_option_about_addresses_wants_one(folder: Path) -> None:
    (folder / "a.txt").write_text("Two died.", encoding="utf-8")
    with pytest.raises(UsageError, match="no input is one"):
        run("a.txt", "--allow-private")


def test_a_dry_run_reads_addresses_and_calls_no_model(folder: Path) -> None:
    with a_site({"/a": Said(other(1))}) as site:
        done = extract("run", site.at("/a"), "--allow-private", "--dry-run", "--model", "local")
    assert done.exit_code == 0, done.output
    assert "1 article" in done.stdout


def test_a_very_long_address_is_no_file(folder: Path) -> None:
    with a_site({}) as site:
        done = run(site.at("/" + "x" * 3_000), "--allow-private", "-o", "r.jsonl")
    assert "it is not there" in done.stderr


def test_a_republished_text_is_said_to_be_one_and_a_continued_run_remembers(folder: Path) -> None:
    said = " ".join(
        f"Officer {number} spoke of shelling near village {number * 7} in the east." for number in range(20)
    )
    (folder / "a.txt").write_text(said, encoding="utf-8")
    (folder / "b.txt").write_text(f"Agency: {said}", encoding="utf-8")
    (folder / "c.txt").write_text(said, encoding="utf-8")
    run("a.txt", "b.txt", "-o", "r.jsonl")
    run("c.txt", "-o", "r.jsonl")
    one, two, three = rows(folder / "r.jsonl")
    assert one["duplicate_of"] is None
    assert two["duplicate_of"]["article_id"] == "a"
    assert two["status"] == "complete"
    assert two["problems"][0]["kind"] == "duplicate"
    assert two["problems"][0]["detail"].startswith("near duplicate of a (0.9")
    assert three["duplicate_of"] == {"article_id": "a", "share": 1.0}
    assert three["problems"][0]["detail"] == "the same text as a"
    assert "near duplicate of a" in run("a.txt", "b.txt", "--format", "jsonl").stdout
