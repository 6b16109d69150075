"""The generator's settings: word lists, services, and who plays what (``data/demo/*.yaml``)."""

from collections.abc import Callable
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from screening.places import DEMO_DIR
from screening.strict_yaml import plain_yaml

LegalForm = Literal["AB", "HB", "EK", "I", "E", "OFF"]

#: The rules that the demo plants schemes for; a scheme is called as the rule that should find it.
SCHEMES = (
    "no-active-permit",
    "permit-ended-payments-continue",
    "permit-for-other-service",
    "permit-held-by-other-company",
    "no-f-tax",
    "f-tax-lost",
    "not-registered-as-employer",
    "public-debt",
    "debt-growing",
    "pay-too-low-for-invoiced",
    "trading-prohibition",
    "on-sanctions-list",
    "owner-shared-same-contract-area",
    "owner-or-officer-is-staff",
    "bank-account-shared",
    "phoenix",
    "board-replaced",
    "deregistered",
    "insolvency",
    "new-company-large-invoices",
    "not-in-register",
    "account-changed-before-large-payment",
    "duplicate-invoice",
    "plain-account-despite-giro",
    "account-not-in-register",
    "invoice-name-unknown",
    "foreign-account",
    "near-duplicate-invoice",
    "round-amounts",
    "consecutive-numbers",
    "first-digits",
    "dated-on-days-off",
    "amounts-jump",
    "dated-outside-registration",
    "we-are-most-of-revenue",
    "unit-price-far-from-peers",
    "same-amount-without-contract",
    "paid-before-service",
    "split-invoices",
    "worker-at-two-clients",
    "paid-after-contract-end",
    "dormant-permit-invoicing",
    "people-changed-before-permit-invoices",
    "permit-not-started",
    "unit-not-on-permit",
    "vat-charged-not-registered",
    "private-debt",
    "no-employer-contributions",
    "f-tax-at-formation-large-invoices",
    "shelf-company",
    "line-of-business-far",
    "mail-address-or-crowd",
    "changed-repeatedly",
    "auditor-left-or-remarked",
    "conviction-or-corporate-fine",
    "work-environment-decision",
    "care-inspectorate-decision",
    "severe-complaint",
    "tip-off",
    "equity-below-half",
    "annual-report-late",
    "no-employees",
    "service-after-end",
    "impossible-working-hours",
    "billed-more-than-granted",
    "billed-more-than-reported",
    "manual-entries",
    "no-time-to-travel",
    "paid-without-contract",
    "paid-above-contract-value",
    "undeclared-subcontractor",
    "payment-remarks",
    "complaints-above-peers",
    "circular-ownership",
    "indirect-owner-shared",
    "beneficial-owner-unknown",
    "officer-shared-same-contract-area",
    "shared-with-staff",
    "new-company-inherits",
    "front-person",
    "take-over",
    "behind-ended-contract",
    "tied-to-critical-finding",
)


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompanyWords(_Settings):
    """Parts of company names and descriptions."""

    onsets: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]
    tails: tuple[str, ...]
    sister_tails: tuple[str, ...]
    bystander_words: tuple[str, ...]
    descriptions: tuple[str, ...]
    awkward_descriptions: tuple[str, ...]
    foreign_names: tuple[str, ...]


class PersonWords(_Settings):
    """Parts of persons' names."""

    given_women: tuple[str, ...]
    given_men: tuple[str, ...]
    surname_starts: tuple[str, ...]
    surname_ends: tuple[str, ...]


class PlaceWords(_Settings):
    """The municipality, and what addresses are made of."""

    municipality: str
    municipality_code: str
    home_codes: tuple[int, ...]
    other_codes: tuple[int, ...]
    cities: tuple[str, ...]
    street_ends: tuple[str, ...]


class Words(_Settings):
    """All word lists."""

    company: CompanyWords
    person: PersonWords
    place: PlaceWords


class Service(_Settings):
    """A kind of service that the municipality buys; the fields are explained in services.yaml."""

    area: str
    permit: str | None = None
    accounts: tuple[tuple[str, str], ...]
    share: float
    monthly_sek: tuple[float, float]
    extra_lines: float
    frequency: float
    contract: float
    labour_heavy: bool = False
    visits: bool = False
    steady: bool = False
    vat: int
    units: tuple[int, ...]
    sni: str
    legal: tuple[LegalForm, ...]
    name: tuple[str, ...]


class Part(_Settings):
    """A part that suppliers play, planted or honest; the fields are explained in schemes.yaml."""

    share: float = Field(gt=0)
    schemes: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()
    near: str | None = None
    services: tuple[str, ...]
    monthly_sek: tuple[float, float] | None = None
    group: int = 1
    sole_trader: int = 0
    weakly: bool = False

    @model_validator(mode="after")
    def _known_schemes(self) -> "Part":
        named = {*self.schemes, *self.sometimes, *([self.near] if self.near else [])}
        if unknown := named - set(SCHEMES):
            raise ValueError(f"unknown schemes {sorted(unknown)}")
        return self


class Settings(_Settings):
    """Everything that the generator is told beyond its arguments."""

    words: Words
    units: tuple[str, ...]
    services: dict[str, Service]
    planted: dict[str, Part]
    honest: dict[str, Part]

    @property
    def service_names(self) -> list[str]:
        """Service keys in the order of their codes."""
        return list(self.services)

    def services_of(self, part: Part) -> list[int]:
        """Codes of the services that a part may sell."""
        marks: dict[str, Callable[[Service], bool]] = {
            "*permit": lambda service: service.permit is not None,
            "*labour": lambda service: service.labour_heavy,
            "*visits": lambda service: service.visits,
            "*plain": lambda service: service.permit is None,
        }
        names = self.service_names
        chosen: list[int] = []
        for entry in part.services:
            if entry in marks:
                chosen += [names.index(key) for key in names if marks[entry](self.services[key])]
            else:
                chosen.append(names.index(entry))
        return list(dict.fromkeys(chosen))


@cache
def demo_settings() -> Settings:
    """The settings that ship with vaksam. Raises pydantic's ValidationError where they are bad."""

    def load(name: str) -> dict[str, object]:
        with (DEMO_DIR / f"{name}.yaml").open(encoding="utf-8") as stream:
            loaded = plain_yaml(stream.read())
        return dict(loaded)

    return Settings.model_validate({"words": load("words"), **load("services"), **load("schemes")})
