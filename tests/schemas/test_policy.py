"""The policy's shape: what can be published, and how two versions differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.policy import PolicyTerms, Publication, RetentionClass, differences
from tests.sop.test_selection import TERMS, terms


def refused(**changes: object) -> set[str]:
    with pytest.raises(ValidationError) as error:
        PolicyTerms(**{**TERMS.model_dump(), **changes})
    return {complaint["type"] for complaint in error.value.errors()}


def a_class(least: int, most: int, name: str = "Harian") -> dict[str, object]:
    return {"name": name, "least_days": least, "most_days": most}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"services": []}, "form.no_service"),
        ({"services": ["tape"]}, "form.choice"),
        ({"frequencies": []}, "policy.no_frequency"),
        ({"frequencies": ["hourly"]}, "form.choice"),
        ({"largest_gib": "0"}, "policy_number.range"),
        ({"largest_gib": "1,5"}, "policy_number.kind"),
        ({"largest_gib": ""}, "field.required"),
        ({"most_folders": 41}, "policy_number.range"),
        ({"most_term_months": 61}, "policy_number.range"),
        ({"retention_classes": []}, "too_short"),
        ({"retention_classes": [a_class(90, 30)]}, "policy.class_order"),
        ({"retention_classes": [a_class(7, 90), a_class(90, 365)]}, "policy.class_overlap"),
        ({"retention_classes": [a_class(7, 90, "")]}, "field.required"),
        ({"windows": [{"start": "25:00", "end": "06:00"}]}, "policy.clock"),
        ({"windows": [{"start": "", "end": "06:00"}]}, "policy.clock"),
        ({"surprise": 1}, "extra_forbidden"),
    ],
)
def test_it_refuses_what_cannot_be_published(change: dict[str, object], code: str) -> None:
    assert code in refused(**change)


@given(terms)
def test_it_comes_back_from_the_database_as_it_was_with_the_same_seal(given_terms: PolicyTerms) -> None:
    again = PolicyTerms.model_validate(given_terms.model_dump(mode="json"))
    assert (again, again.digest()) == (given_terms, given_terms.digest())
    assert differences(given_terms, again) == []


@given(
    st.permutations(["backup_files", "mirror_files", "backup_database"]), st.permutations(["LUB", "PRTRN"])
)
def test_the_order_in_which_things_were_ticked_changes_no_seal(services: list[str], units: list[str]) -> None:
    one = PolicyTerms(**{**TERMS.model_dump(), "services": services, "units": units})
    other = PolicyTerms(**{**TERMS.model_dump(), "services": services[::-1], "units": units[::-1]})
    assert one.digest() == other.digest()


def test_it_names_what_differs() -> None:
    changed = TERMS.model_copy(update={"largest_gib": 600})
    assert differences(TERMS, changed) == [("largest_gib", 500, 600)]
    assert {name for name, before, _ in differences(None, TERMS)} == set(PolicyTerms.model_fields)


def test_classes_are_kept_from_the_shortest() -> None:
    kept = PolicyTerms(
        **{**TERMS.model_dump(), "retention_classes": [a_class(91, 365, "B"), a_class(7, 90, "A")]}
    )
    assert [each.name for each in kept.retention_classes] == ["A", "B"]
    assert RetentionClass(**a_class(7, 90)).holds(90)


@pytest.mark.parametrize("note", ["", "ya", " " * 20])
def test_a_new_version_says_why(note: str) -> None:
    with pytest.raises(ValidationError):
        Publication(note=note)
