"""A register that comes again is read where it changed; the outcome is that of reading it all."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.warehouse import loading
from screening.warehouse.connection import open_warehouse
from screening.warehouse.ingesting import ingest
from screening.warehouse.state import State

NOVEMBER = date(2026, 11, 20)
NUMBERS = ("5560125790", "5560360793", "5564128766", "5560125791")
HEADER = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;"
    "organisationsform;avregistreringsdatum;avregistreringsorsak;"
    "pagandeAvvecklingsEllerOmstruktureringsforfarande;registreringsdatum;"
    "verksamhetsbeskrivning;postadress"
)
SCB_HEADER = "\t".join(
    (
        *("PeOrgNr", "Namn", "Foretagsnamn", "JurForm", "RegDatKtid", "FtgStat", "JEStat"),
        *("Ng1", "Ng2", "Ng3", "Ng4", "Ng5", "Gatuadress", "COAdress", "PostNr", "PostOrt"),
        "",
    )
)


def bolagsverket_line(number: str, name_no: int, name: str, ended: str, is_whole: bool) -> str:
    fields = (
        f"{number}$ORGNR-IDORG",
        str(name_no),
        "SE-LAND",
        f"{name}$FORETAGSNAMN-ORGNAM$2001-02-03",
        "AB-ORGFO",
        ended,
        "",
        "",
        "2001-02-03",
        'Handel med "varor"',
        "Storgatan 1$$UMEÅ$90325$SE-LAND",
    )
    return '"' + '";"'.join(fields if is_whole else fields[:4]) + '"'


def scb_line(number: str, _: int, name: str, ended: str, is_whole: bool) -> str:
    fields = (f"16{number}", name, "", "49", "20010203", "1", "9" if ended else "1")
    return "\t".join(
        (*fields, "86101", *[""] * 4, 'Gatan "1"', "", "90325", "UMEÅ", "")[: 17 * is_whole or 4]
    )


lines = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.integers(1, 2),
        st.sampled_from(("Ett AB", "Två AB")),
        st.sampled_from(("", "", "2025-01-01")),
        st.sampled_from((True, True, True, False)),
    ),
    max_size=8,
)


def stored(state: State) -> list[object]:
    with open_warehouse(state) as connection:
        return [
            connection.execute(
                "SELECT * EXCLUDE (line_hash) FROM history.companies ORDER BY ref"
            ).fetchall(),
            connection.execute("SELECT * FROM meta.files ORDER BY file_id").fetchall(),
            connection.execute("SELECT * FROM meta.quarantine ORDER BY ALL").fetchall(),
        ]


@settings(
    max_examples=7,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    deliveries=st.lists(lines, min_size=2, max_size=4),
    is_scb=st.booleans(),
    large=st.sampled_from((1, 1 << 40)),
)
def test_the_outcome_is_that_of_reading_every_line(
    tmp_path_factory: pytest.TempPathFactory, deliveries: list, is_scb: bool, large: int
) -> None:
    header, line = (SCB_HEADER, scb_line) if is_scb else (HEADER, bolagsverket_line)
    outcomes = []
    for reads_all in (False, True):
        folder: Path = tmp_path_factory.mktemp("register")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loading, "_LARGE_BYTES", large)
            if reads_all:
                patch.setattr(loading, "with_known_lines", lambda _, delivery, __: delivery)
            for month, delivery in enumerate(deliveries, start=1):
                content = "\n".join((header, *(line(*each) for each in sorted(delivery)), ""))
                path = folder / f"inbox/companies/register-2026-0{month}-01.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode("latin-1" if is_scb else "utf-8"))
                ingest(folder / "inbox", State(folder / "state"), NOVEMBER)
        outcomes.append(stored(State(folder / "state")))
    assert outcomes[0] == outcomes[1]


def test_unchanged_lines_are_not_read_again(tmp_path: Path, monkeypatch) -> None:
    names = [(number, 1, "Ett AB", "", True) for number in NUMBERS[:3]]
    monkeypatch.setattr(loading, "_LARGE_BYTES", 1)
    staged: list[int] = []
    read = loading.read_delivery

    def counted(*arguments):
        for batch in read(*arguments):
            staged.append(batch.rows_known)
            yield batch

    monkeypatch.setattr(loading, "read_delivery", counted)
    for month, name in ((1, "Ett AB"), (2, "Nytt AB")):
        rows = [bolagsverket_line(*names[0]), bolagsverket_line(*names[1])]
        rows.append(bolagsverket_line(NUMBERS[2], 1, name, "", True))
        path = tmp_path / f"inbox/companies/register-2026-0{month}-01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
        summary = ingest(tmp_path / "inbox", State(tmp_path / "state"), NOVEMBER)
    assert sum(staged) == 2
    newest = summary.inputs[-1].counts
    assert (newest.read, newest.loaded, newest.skipped) == (3, 1, 2)
