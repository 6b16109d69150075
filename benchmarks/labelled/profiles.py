"""How much trouble there is: shares of each kind of error, at several levels of difficulty.

``easy``, ``medium`` and ``hard`` are the frozen levels of the labelled benchmark. ``municipal`` is
the trouble of a municipality's supplier register, in which one in twenty suppliers goes by a trade
name: some of these cannot be found by anybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class SupplierProfile:
    """Shares (0-1) of trouble among suppliers.

    Attributes:
        registered: of the suppliers, those that are in the register.
        near_miss: of those that are not, those with a sister in the register: nearly its name.
        near_miss_at_address: of these, those at the sister's address.
        other_address: of the registered, those that give an address of another place.
        no_address: of the registered, those that give none.
        name_errors: of all suppliers, those with each kind of error in the name; the kinds are
            those of ``written_names.STEPS``.
        address_errors: of all addresses, those with each kind of error.
        more_steps: kinds of error of the profile's own, by name; they hit the name proper.
        more_whole_steps: the same for the whole name, with its legal form.
    """

    registered: float = 0.85
    near_miss: float = 0.30
    near_miss_at_address: float = 0.4
    other_address: float = 0.22
    no_address: float = 0.08
    name_errors: dict[str, float] = field(default_factory=dict)
    address_errors: dict[str, float] = field(default_factory=dict)
    more_steps: Mapping[str, Callable[..., pl.Series]] = field(default_factory=dict)
    more_whole_steps: Mapping[str, Callable[..., pl.Series]] = field(default_factory=dict)


EASY = SupplierProfile(
    near_miss=0.15,
    near_miss_at_address=0.2,
    other_address=0.10,
    no_address=0.05,
    name_errors={
        "form_missing": 0.12, "form_other_wording": 0.15, "form_moved": 0.03, "upper_case": 0.25,
        "lower_case": 0.03, "diacritics_dropped": 0.06, "abbreviated": 0.04, "typed_badly": 0.04,
        "and_otherwise": 0.3, "town_added": 0.02, "state_added": 0.01, "publ_added": 0.01,
    },
    address_errors={"short_street": 0.2, "upper_case": 0.3, "floor": 0.05, "no_code": 0.01},
)  # fmt: skip

MEDIUM = SupplierProfile(
    near_miss=0.25,
    other_address=0.16,
    no_address=0.08,
    name_errors={
        "form_missing": 0.18, "form_other_wording": 0.2, "form_moved": 0.05, "upper_case": 0.28,
        "lower_case": 0.05, "diacritics_dropped": 0.10, "transliterated": 0.02,
        "abbreviated": 0.10, "cut_word": 0.02, "typed_badly": 0.10, "and_otherwise": 0.4,
        "town_added": 0.03, "town_dropped": 0.2, "word_order": 0.04, "merged": 0.025,
        "split": 0.015, "genitive": 0.03, "state_added": 0.02, "publ_added": 0.01,
        "branch": 0.02, "care_of": 0.015, "other_name_too": 0.015,
    },
    address_errors={
        "short_street": 0.3, "upper_case": 0.4, "floor": 0.1, "care_of": 0.05, "no_code": 0.03,
        "wrong_code": 0.02, "typed_badly": 0.03,
    },
)  # fmt: skip

MUNICIPAL = SupplierProfile(
    name_errors={
        "form_missing": 0.2, "form_other_wording": 0.2, "form_moved": 0.06, "upper_case": 0.3,
        "lower_case": 0.05, "diacritics_dropped": 0.13, "transliterated": 0.02,
        "abbreviated": 0.15, "cut_word": 0.03, "typed_badly": 0.15, "and_otherwise": 0.4,
        "town_added": 0.03, "town_dropped": 0.2, "word_order": 0.08, "merged": 0.03,
        "split": 0.02, "genitive": 0.03, "state_added": 0.02, "publ_added": 0.01,
        "branch": 0.02, "parent": 0.01, "care_of": 0.02, "other_name_too": 0.02, "trade_name": 0.03,
    },
    address_errors={
        "short_street": 0.3, "upper_case": 0.4, "floor": 0.1, "care_of": 0.05, "no_code": 0.04,
        "wrong_code": 0.03, "typed_badly": 0.05,
    },
)  # fmt: skip

HARD = SupplierProfile(
    near_miss=0.4,
    near_miss_at_address=0.5,
    other_address=0.28,
    no_address=0.12,
    name_errors={
        "form_missing": 0.3, "form_other_wording": 0.2, "form_moved": 0.1, "form_wrong": 0.01,
        "upper_case": 0.3, "lower_case": 0.08, "diacritics_dropped": 0.2, "transliterated": 0.05,
        "abbreviated": 0.2, "cut_word": 0.06, "typed_badly": 0.22, "typed_badly_twice": 0.05,
        "sounds_alike": 0.04, "initial": 0.1, "and_otherwise": 0.5, "town_added": 0.05,
        "town_dropped": 0.3, "word_order": 0.12, "word_missing": 0.03, "word_added": 0.03,
        "merged": 0.05, "split": 0.04, "genitive": 0.05, "state_added": 0.03, "publ_added": 0.02,
        "branch": 0.03, "parent": 0.02, "care_of": 0.03, "other_name_too": 0.03,
        "trade_name": 0.04, "ledger_mark": 0.02, "cut_at_30": 0.03,
    },
    address_errors={
        "short_street": 0.4, "upper_case": 0.4, "floor": 0.15, "care_of": 0.08, "no_code": 0.08,
        "wrong_code": 0.06, "typed_badly": 0.08,
    },
)  # fmt: skip

PROFILES = {"easy": EASY, "medium": MEDIUM, "hard": HARD, "municipal": MUNICIPAL}
