"""Settings come from the environment once, with a clear error for what cannot be used."""

from __future__ import annotations

import pytest

from kg.errors import SettingsError
from kg.settings import Settings, addresses, settings_table


def test_a_variable_sets_its_setting_and_an_empty_one_sets_nothing() -> None:
    made = Settings.from_env({"ITDA_PORT": "9000", "ITDA_SOURCES": "", "PATH": "/bin"})
    assert (made.port, made.sources) == (9000, None)


@pytest.mark.parametrize(
    ("name", "value"), [("ITDA_PORT", "port"), ("ITDA_PORT", "70000"), ("ITDA_QUERY_DEADLINE_S", "0"), ("ITDA_NONSENSE", "1")]
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    assert caught.value.facts["name"] == name
    assert caught.value.facts["value"] == value


def test_settings_cannot_be_changed_after_they_were_made() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_the_table_lists_every_setting_once() -> None:
    assert [row.name for row in settings_table()] == list(Settings.model_fields)


def test_a_cluster_needs_addresses_and_addresses_a_scheme() -> None:
    for given in ({"ITDA_SEARCH_ENGINE": "opensearch"}, {"ITDA_SEARCH_URL": "127.0.0.1:9200"}):
        with pytest.raises(SettingsError) as refused:
            Settings.from_env(given)
        assert refused.value.facts["name"] == "ITDA_SEARCH_URL"
    both = {"ITDA_SEARCH_ENGINE": "opensearch", "ITDA_SEARCH_URL": "http://a:9200, https://b:9200/"}
    assert addresses(Settings.from_env(both).search_url) == ("http://a:9200", "https://b:9200")
