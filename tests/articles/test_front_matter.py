"""Front matter of Markdown, and what only looks like it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, read_articles

BODY = "Two people died in Vartograd."


def read(folder: Path, text: str, name: str = "a.md", published: date | None = None) -> Article | Unreadable:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    (item,) = read_articles([str(path)], published=published)
    return item


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Blast\ndate: 2026-03-04\n---\n",
        "---\r\ntitle: Blast\r\ndate: 2026-03-04\r\n---\r\n\r\n",
        "\ufeff---\n# made by hand\nTitle: 'Blast'\nDate: 2026-03-04 05:06:07 +0200\ntags: [a, b]\n...\n\n",
        '---\nlayout: post\nheadline: "Blast"\npublished: "2026-03-04T05:06:07Z"\n---',
        '+++\ntitle = "Blast"\ndate = 2026-03-04\n+++\n',
        '+++\r\ntitle = "Blast"\r\ndate = 2026-03-04T05:06:07Z\r\n[extra]\r\nx = 1\r\n+++\r\n',
    ],
    ids=["yaml", "crlf", "loose", "quoted", "toml", "toml-crlf"],
)
def test_front_matter_gives_title_and_day_and_is_no_text(tmp_path: Path, front: str) -> None:
    item = read(tmp_path, f"{front}\n{BODY}\n", published=date(2020, 1, 1))
    assert isinstance(item, Article)
    assert (item.text, item.title, item.published) == (f"Blast\n\n{BODY}\n", "Blast", date(2026, 3, 4))


def test_a_heading_that_repeats_the_title_is_not_doubled(tmp_path: Path) -> None:
    item = read(tmp_path, f"---\ntitle: Blast\n---\n# Blast\n\n{BODY}")
    assert isinstance(item, Article)
    assert item.text == f"# Blast\n\n{BODY}"


def test_what_front_matter_does_not_say(tmp_path: Path) -> None:
    front = "---\ncanonical_url: https://e.org/a\npublished: true\n---\n"
    item = read(tmp_path, front + BODY, published=date(2020, 1, 1))
    assert isinstance(item, Article)
    assert (item.text, item.title, item.published, item.url) == (BODY, None, date(2020, 1, 1), "https://e.org/a")


@pytest.mark.parametrize(
    "text",
    [
        f"---\n\n{BODY}\n\n---\n\nMore.",
        f"---\n{BODY}\n---\nMore.",
        f"---\n{BODY}",
        "---\nKyiv: two people died.\n---\nMore.",
        f"Lead.\n\n---\ntitle: Blast\n---\n{BODY}",
        f"--- \n- title: Blast\n---\n{BODY}",
        f"----\ntitle: Blast\n----\n{BODY}",
        "---\n" + "title: Blast\n" * 3000 + "---\nToo long to be one.",
    ],
)
def test_a_rule_is_a_rule(tmp_path: Path, text: str) -> None:
    item = read(tmp_path, text)
    assert isinstance(item, Article)
    assert (item.text, item.title) == (text, None)


def test_only_markdown_has_front_matter(tmp_path: Path) -> None:
    text = f"---\ntitle: Blast\n---\n{BODY}"
    item = read(tmp_path, text, "a.txt")
    assert isinstance(item, Article)
    assert item.text == text


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("---\ntitle: Kyiv: two dead\n---\n", "its front matter is no YAML: mapping values are not allowed here"),
        (f"---\ntitle: x\n{BOMB}---\n", "its front matter is no YAML: an alias"),
        ("---\ntitle: " + "[" * 15_000 + "\n---\n", "its front matter is no YAML: "),
        (
            "---\ntitle: !!python/object/apply:os.getcwd []\n---\n",
            "its front matter is no YAML: could not determine a con",
        ),
        ("---\ntitle: x\ndate: !!timestamp x\n---\n", "its front matter is no YAML: "),
        ("---\ntitle: x\nn: !!int ''\n---\n", "its front matter is no YAML: "),
        ("---\ntitle: x\nn: !!bool maybe\n---\n", "its front matter is no YAML: "),
        ("---\ntitle: x\n? {a: b}\n: c\n---\n", "its front matter is no YAML: "),
        ("---\ntitle: Blast\ndate: yesterday\n---\n", "'date' is 'yesterday', not an ISO 8601 day"),
        ("---\ntitle: Blast\ndate: 2026-02-31\n---\n", "its front matter is no YAML: day is out of range"),
        ("---\ntitle: Blast\ndate: 2026\n---\n", "'date' is 2026, not an ISO 8601 day"),
        ("---\ntitle: [a, b]\n---\n", "'title' is ['a', 'b'], not a string"),
        ("+++\ntitle = Blast\n+++\n", "its front matter is no TOML: Invalid value"),
        ("+++\ntitle = " + "[" * 15_000 + "\n+++\n", "its front matter is no TOML: "),
        ("+++\ndate = 05:06:07\ntitle = 'x'\n+++\n", "'date' is datetime.time(5, 6, 7), not an ISO 8601 day"),
        ("---\ntitle: Blast\n---\n \n", "empty: there is no text to read"),
    ],
)
def test_broken_front_matter_is_refused_in_words(tmp_path: Path, front: str, reason: str) -> None:
    item = read(tmp_path, front + (BODY if "empty" not in reason else ""))
    assert isinstance(item, Unreadable)
    assert item.reason.startswith(reason)
    assert "\n" not in item.reason
