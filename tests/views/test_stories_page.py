"""The page of stories as a file: what it knows, what is refused, and that nothing in it can run or ask."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import RunFileError, UsageError
from extract.stories.story import Conflict, StoriesHeader, Story, StoryFile, Version, read_stories
from extract.views.page.building import page_of
from extract.views.page.stories import stories_content
from tests.commands import extract
from tests.story_file import ALONE, MARKET, STORIES, write_story_file
from tests.views.page_elements import Elements, check_policy, data_of


def html_of(folder: Path, stories: list[Story] | None = None, name: str = "stories.jsonl") -> str:
    """The page of a stories file."""
    path = write_story_file(folder / name, stories)
    return page_of(stories_content(read_stories(path), path))


def test_the_page_knows_all_of_the_file(tmp_path: Path) -> None:
    told = data_of(html_of(tmp_path))
    assert (told["name"], told["task"], told["runs"], told["gazetteer"]) == ("stories", "attack", 1, True)
    assert told["decisions"][0]["reports"] == ["=one#/events/0", "two#/events/0"]
    market, alone = told["stories"]
    assert market["story"]["reports"] == MARKET.model_dump(mode="json")["reports"]
    assert (market["day"], market["places"]) == ("2026-03-03", ["Tolva", "the north"])
    assert market["tolls"] == {"killed": "12 → 14", "injured": "30"}
    assert market["told"] == "4 reports, published 2026-03-04 – 2026-03-06"
    assert alone["day"] == ""


def test_a_report_that_nearly_joined_is_told_once_by_what_speaks_most_for_it(tmp_path: Path) -> None:
    market = data_of(html_of(tmp_path))["stories"][0]["story"]
    assert [(link["report"], link["weight"]) for link in market["unsure"]] == [("four#/events/0", -0.75)]


def test_the_stories_with_most_reports_come_first(tmp_path: Path) -> None:
    told = data_of(html_of(tmp_path, [ALONE, MARKET]))
    assert [each["story"]["id"] for each in told["stories"]] == [MARKET.id, ALONE.id]


def test_a_map_has_the_places_with_coordinates_and_only_they(tmp_path: Path) -> None:
    told = data_of(html_of(tmp_path))
    market, alone = told["stories"]
    assert market["map_said"] == "Tolva"
    assert "#world" in market["map"]
    assert told["world"].startswith("<defs>")
    assert alone["map"] == alone["map_said"] == ""
    assert data_of(html_of(tmp_path, [ALONE], "alone.jsonl"))["world"] == ""


def test_the_command_is_one_for_a_shell_whatever_the_file_is_called(tmp_path: Path) -> None:
    command = data_of(html_of(tmp_path, name="my $(stories).jsonl"))["command"]
    assert command == (
        f"extract stories --update '{tmp_path}/my $(stories).jsonl' --decisions 'my $(stories)-decisions.json'"
    )


def test_the_digest_is_of_all_that_the_file_says(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    header, stories = read_stories(path)

    def digest(file: StoryFile) -> str:
        return stories_content(file, path).digest

    same = digest(StoryFile(header, stories))
    assert same == digest(read_stories(path))
    assert same != digest(StoryFile(header, stories[:1]))
    assert same != digest(StoryFile(header.model_copy(update={"decisions": []}), stories))


def test_only_our_script_and_style_may_run(tmp_path: Path) -> None:
    check_policy(html_of(tmp_path))


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(), max_size=60)
    | st.sampled_from(["</script>", "<!--<script>", "]]>", "\u2028", "&lt;", "\ud800", "__proto__", "constructor"])
)
def test_a_report_stays_data_whatever_it_says(said: str) -> None:
    first = MARKET.reports[0]
    spot = first.places[1].model_copy(update={"words": said, "name": said})
    report = first.model_copy(
        update={"headline": said, "url": said, "source": said, "values": {"kind": said}, "places": [spot]}
    )
    versions = [Version(value=said, reports=[report.id]), Version(value="x", reports=["two#/events/0"])]
    story = MARKET.model_copy(
        update={
            "title": said,
            "reports": [report, *MARKET.reports[1:]],
            "conflicts": [Conflict(about=said, said=versions)],
            "figures": [MARKET.figures[0].model_copy(update={"name": said, "rule": said})],
        }
    )
    header = _header()
    plain = Elements(page_of(stories_content(StoryFile(header, STORIES), Path("s.jsonl"))))
    page = page_of(stories_content(StoryFile(header, [story, ALONE]), Path("s.jsonl")))
    assert [tag for tag, _, _ in Elements(page).found] == [tag for tag, _, _ in plain.found]
    page.encode("utf-8")
    told = data_of(page)["stories"][0]["story"]
    assert (told["title"], told["reports"][0]["values"]) == (said, {"kind": said})


def _header() -> StoriesHeader:
    return StoriesHeader(task="attack", runs=[], made_at="2026-11-26")


def view(*arguments: str) -> str:
    """What `extract view` prints."""
    done = extract("view", *arguments)
    assert done.exit_code == 0
    return done.stdout


def test_the_command_makes_the_page_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_story_file(Path("s.jsonl"))
    assert view("s.jsonl") == "s.html\n"
    told = data_of(Path("s.html").read_text(encoding="utf-8"))
    assert [each["story"]["id"] for each in told["stories"]] == [MARKET.id, ALONE.id]
    with pytest.raises(RunFileError, match="--overwrite"):
        view("s.jsonl")
    assert view("s.jsonl", "--overwrite", "-o", "s.html") == "s.html\n"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--gazetteer"], "--gazetteer"),
        (["--gold", "."], "--gold"),
        (["--compare", "s.jsonl"], "--compare"),
        (["--compare", "s.jsonl", "--gazetteer"], "--compare and --gazetteer"),
    ],
)
def test_what_only_a_run_takes_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_story_file(Path("s.jsonl"))
    with pytest.raises(UsageError) as refused:
        view("s.jsonl", *options)
    said = str(refused.value)
    assert said.startswith(f"{named}: not for 's.jsonl', which is a stories file")
    assert "\n" not in said
    assert not Path("s.html").exists()


def test_a_broken_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = write_story_file(tmp_path / "s.jsonl")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "s-1"}) + "\n")
    with pytest.raises(RunFileError, match=r"s\.jsonl:4"):
        view(str(path))
