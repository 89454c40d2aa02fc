"""Articles: from files, folders, pages, JSON and standard input to texts that every offset refers to.

`article` says what an article is, `folders` which files are read, `decoding` how bytes become text, `pages`, `rows`,
`packed` and `front_matter` what those forms hold, `forms` which form bytes have, `online` what is behind web addresses;
`stored` what is at addresses of file systems;
`reading` puts it together. `apart` reads PDF and Word documents in a process of their own: `pdf` and `word` get what is
in them, `printed` what both have in common; `lines`, `right_to_left`, `reading_order` and `paragraphs` make a text of
what stands on pages.
`as_read` is what is read of a text: its wrapped lines as the paragraphs they are, its letters composed.
`sentences` cuts a text, `language` tells one that word lists do not know, `linguistics` reads names, numbers and phrases
in it, `duplicates` tells texts that were there before; `remembered` is what is kept of millions of names.
"""

from extract.articles.article import (
    MAX_CHARS,
    STDIN,
    Article,
    Duplicate,
    Skipped,
    Unreadable,
    file_of,
    origin_of,
    page_at,
    writable,
)
from extract.articles.duplicates import mark_duplicates
from extract.articles.folders import skipped_line
from extract.articles.reading import count_articles, read_articles, read_sent
from extract.articles.remembered import Remembered, UniqueNames
from extract.articles.sentences import Span

__all__ = [
    "MAX_CHARS",
    "STDIN",
    "Article",
    "Duplicate",
    "Remembered",
    "Skipped",
    "Span",
    "UniqueNames",
    "Unreadable",
    "count_articles",
    "file_of",
    "mark_duplicates",
    "origin_of",
    "page_at",
    "read_articles",
    "read_sent",
    "skipped_line",
    "writable",
]
