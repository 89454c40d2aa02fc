"""Articles: from files, folders, pages, JSON and standard input to texts that every offset refers to.

`article` says what an article is, `folders` which files are read, `decoding` how bytes become text, `pages`, `rows`
and `front_matter` what those forms hold, `reading` puts it together. `sentences` cuts a text, `language` tells one that
word lists do not know, `linguistics` reads names, numbers and phrases in it.
"""

from extract.articles.article import MAX_CHARS, STDIN, Article, Skipped, Unreadable, file_of, origin_of, writable
from extract.articles.folders import skipped_line
from extract.articles.reading import UniqueNames, read_articles
from extract.articles.sentences import Span

__all__ = [
    "MAX_CHARS",
    "STDIN",
    "Article",
    "Skipped",
    "Span",
    "UniqueNames",
    "Unreadable",
    "file_of",
    "origin_of",
    "read_articles",
    "skipped_line",
    "writable",
]
