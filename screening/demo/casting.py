"""Who plays what: each supplier's part, service, legal form and schemes."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from screening.demo.draws import Draws, Ints
from screening.demo.settings import LegalForm, Part, Settings

#: The part of suppliers that nothing in particular is the matter with.
ORDINARY = "ordinary"
#: Suppliers that went bankrupt before; the people behind them are back (see schemes.ownership).
BANKRUPT = "bankrupt_predecessor"
#: Municipalities and regions that sell places.
PUBLIC = "public_body"

#: Parts that are new to the municipality although their companies are old: they first invoice some
#: months before the last one, after the newest annual report.
NEW_TO_US = (
    "bought_permit",
    "shelf_company",
    "hasty_home",
    "small_home_last_year",
    "sold_long_before",
    "started_within_grace",
    "woke_up_alone",
)

_PUBLIC_SHARE = 25.0
_FORMS: tuple[LegalForm, ...] = ("AB", "HB", "EK", "I", "E", "OFF")
#: Parts that only make sense with the people of a limited company.
_FEWEST = 80


@dataclass(frozen=True)
class Cast:
    """The suppliers with their parts.

    ``roster``: one row per supplier in the order of ``supplier`` (0, 1, 2 ...), with ``part``,
    ``is_planted``, ``group_no`` (within the part), ``place`` (running number within the part),
    ``service``, ``second_service`` (codes; -1 for none), ``form``.
    ``schemes``: ``supplier, scheme`` of the planted ones.
    """

    roster: pl.DataFrame
    schemes: pl.DataFrame

    def part(self, name: str) -> Ints:
        """The suppliers that play a part, by running number within it."""
        chosen = self.roster.filter(pl.col("part") == name).sort("place")
        return chosen.get_column("supplier").to_numpy()

    def scheme(self, name: str) -> Ints:
        """The suppliers at which a scheme is planted."""
        chosen = self.schemes.filter(pl.col("scheme") == name).sort("supplier")
        return chosen.get_column("supplier").to_numpy()

    def groups(self, suppliers: Ints) -> Ints:
        """The number of each supplier's group within its part."""
        return self.roster.get_column("group_no").to_numpy()[suppliers]


def _count(part: Part, suppliers: int) -> int:
    groups = max(1, round(part.share * suppliers / 1000 / part.group))
    return groups * part.group


def _part_rows(settings: Settings, suppliers: int) -> pl.DataFrame:
    """``part, place, is_planted`` of every special supplier, in the order of the settings."""
    counts = {
        **{key: _count(part, suppliers) for key, part in settings.planted.items()},
        **{key: _count(part, suppliers) for key, part in settings.honest.items()},
        BANKRUPT: max(1, _count(settings.planted["phoenix"], suppliers) // 2),
        PUBLIC: max(1, round(_PUBLIC_SHARE * suppliers / 1000)),
    }
    planted = set(settings.planted)
    return pl.concat(
        [
            pl.DataFrame({"place": np.arange(count, dtype=np.int64)}).select(
                part=pl.lit(key), place="place", is_planted=pl.lit(key in planted)
            )
            for key, count in counts.items()
        ]
    )


def _thin_out(rows: pl.DataFrame, settings: Settings, suppliers: int) -> pl.DataFrame:
    """With few suppliers, keep every planted part and the honest ones that there is room for."""
    if rows.height <= suppliers:
        return rows
    room = suppliers - rows.filter("is_planted").height
    kept = rows.filter(~pl.col("is_planted")).sort(
        pl.col("part") != BANKRUPT, "place", maintain_order=True
    )
    whole = pl.concat([rows.filter("is_planted"), kept.head(room)])
    groups = {key: part.group for key, part in settings.honest.items() if part.group > 1}
    size = pl.col("part").replace_strict(groups, default=1, return_dtype=pl.Int64)
    # A group that is not whole is no group.
    return whole.filter(pl.len().over("part") >= size)


def cast_suppliers(draws: Draws, settings: Settings, suppliers: int) -> Cast:
    """Give every supplier a part.

    Raises:
        ValueError: too few suppliers to play all planted parts.
    """
    rows = _thin_out(_part_rows(settings, suppliers), settings, suppliers)
    special = rows.height
    if suppliers < _FEWEST or special > suppliers:
        raise ValueError(f"a demo needs at least {_FEWEST} suppliers, not {suppliers}")
    ordinary = pl.DataFrame({"place": np.arange(suppliers - special, dtype=np.int64)}).select(
        part=pl.lit(ORDINARY), place="place", is_planted=pl.lit(value=False)
    )
    everyone = pl.concat([rows, ordinary]).with_columns(
        supplier=pl.Series(draws.order("casting", suppliers))
    )
    parts = {**settings.planted, **settings.honest}
    group_size = pl.col("part").replace_strict(
        {key: part.group for key, part in parts.items()}, default=1, return_dtype=pl.Int64
    )
    roster = everyone.with_columns(group_no=pl.col("place") // group_size).sort("supplier")
    roster = _with_services(draws, settings, roster)
    return Cast(roster, _schemes(settings, roster))


def _with_services(draws: Draws, settings: Settings, roster: pl.DataFrame) -> pl.DataFrame:
    """Add ``service``, ``second_service`` and ``form``; groups share their service."""
    count = roster.height
    parts = {**settings.planted, **settings.honest}
    names = roster.get_column("part").to_numpy()
    groups = roster.get_column("group_no").to_numpy()
    places = roster.get_column("place").to_numpy()
    shares = [service.share for service in settings.services.values()]
    service = draws.pick("service", count, shares)
    care = [code for code, kind in enumerate(settings.services.values()) if kind.permit]
    service = np.where(
        names == PUBLIC,
        np.array(care)[draws.pick("service/public", count, len(care))],
        service,
    )
    form = _drawn_forms(draws, settings, service)
    for number, (key, part) in enumerate(parts.items()):
        mine = names == key
        allowed = np.array(settings.services_of(part))
        weights = [shares[code] for code in allowed]
        drawn = allowed[draws.pick(f"service/{key}", groups[mine], weights)]
        if key == "owner_in_two_areas":
            drawn = allowed[(number + places[mine]) % len(allowed)]
        service[mine] = drawn
        alone = np.zeros(mine.sum(), dtype=bool)
        if part.sole_trader:
            alone = places[mine] % part.sole_trader == part.sole_trader - 1
        form[mine] = np.where(alone, _FORMS.index("E"), _FORMS.index("AB"))
    form[names == "only_in_scb"] = _FORMS.index("I")
    form[names == PUBLIC] = _FORMS.index("OFF")
    form[names == BANKRUPT] = _FORMS.index("AB")
    second = np.array(care)[draws.pick("service/second", count, len(care))]
    has_second = (
        np.isin(service, care)
        & (second != service)
        & draws.chance("service/has second", count, 0.12)
        & (names == ORDINARY)
    )
    return roster.with_columns(
        service=pl.Series(service),
        second_service=pl.Series(np.where(has_second, second, -1)),
        form=pl.Series(list(_FORMS), dtype=pl.String).gather(pl.Series(form)),
    )


def _drawn_forms(draws: Draws, settings: Settings, service: Ints) -> Ints:
    first: list[int] = []
    listed: list[int] = []
    for kind in settings.services.values():
        first.append(len(listed))
        listed += [_FORMS.index(form) for form in kind.legal]
    lengths = np.array([len(kind.legal) for kind in settings.services.values()])
    drawn = draws.integers("form", service.size, 0, lengths[service] - 1)
    return np.array(listed)[np.array(first)[service] + drawn]


def _schemes(settings: Settings, roster: pl.DataFrame) -> pl.DataFrame:
    """``supplier, scheme`` of every planted supplier."""
    rows = [
        (key, scheme, part.group, every)
        for key, part in settings.planted.items()
        for schemes, every in ((part.schemes, 1), (part.sometimes, 2))
        for scheme in schemes
    ]
    told = pl.DataFrame(rows, schema=["part", "scheme", "size", "every"], orient="row")
    return (
        roster.select("supplier", "part", "group_no", "place")
        .join(told, on="part")
        # Every second group, or every second one where they are alone.
        .filter(pl.col("group_no") % pl.col("every") == 0)
        .select("supplier", "scheme")
        .sort("supplier", "scheme")
    )
