"""A store of several places: what is counted, and what is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from extract.store.layers import Layer, write_layer
from extract.store.places import Store
from extract.store.stored_client import StoredClient
from tests.handmade import Counting, request, written


def test_stats_count_and_find_what_is_not_in_use(store: Store, tmp_path: Path) -> None:
    write_layer(tmp_path / "committed.jsonl", [written(1), written(2)])
    over = Store(store.working, [Layer(tmp_path / "committed.jsonl")])
    StoredClient(Counting(), over).complete(request(3))
    stats = over.stats({request(1).key, request(3).key})
    assert [len(place) for place in over.places] == [1, 2]
    assert stats.by_model == {"hand-made": 3}
    assert stats.by_prompt == {"count/small/figures": 3}
    assert stats.days == {"2026-11-22"}
    assert stats.unused == {request(2).key: request(2).about}
    assert over.stats().unused == {}


def test_stats_count_what_is_damaged_apart(store: Store, folder: Path) -> None:
    assert store.working is not None
    store.working.put(written(1))
    store.working.put(written(2))
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute("UPDATE Cache SET mode = 4 WHERE key = ?", (written(1).key,))
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES ('theirs', 1, 1, 'x')")
    stats = store.stats()
    assert stats.damaged == 1
    assert stats.by_model == {"hand-made": 1}
