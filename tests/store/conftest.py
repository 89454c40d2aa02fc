"""Stores in a folder of their own, open as long as a test lasts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.store.places import Store
from extract.store.working import WorkingStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def working(folder: Path) -> Iterator[WorkingStore]:
    opened = WorkingStore(folder)
    yield opened
    opened.close()


@pytest.fixture
def store(working: WorkingStore) -> Store:
    return Store(working)
