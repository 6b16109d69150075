"""The page: complete in itself, readable by everyone, true to the list."""

import re
from html.parser import HTMLParser

import polars as pl
import pytest

from screening.reports.week_files import write_week
from tests.reports.report_weeks import (
    AS_OF,
    BEFORE,
    a_finding,
    a_manifest,
    an_ordinary_week,
    as_previous,
    evidence_frame,
    findings_frame,
    quarantine_frame,
    scored,
    suppliers_frame,
)

VOID = {"meta", "link", "br", "img", "input", "hr", "rect", "line"}


class Outline(HTMLParser):
    """What a reader that does not see the page is told."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.unbalanced = [], [], []
        self.headings, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module", params=["sv", "en"])
def page(request, written):
    source = (written / request.param / "report.html").read_text(encoding="utf-8")
    outline = Outline()
    outline.feed(source)
    outline.source, outline.language = source, request.param
    return outline


def test_the_page_states_its_language_title_and_view(page):
    (html,) = page.all("html")
    assert html["lang"] == page.language
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))
    assert page.source.count("<title>") == 1  # those of pictures have an id


def test_every_element_is_closed_and_no_placeholder_is_left(page):
    assert page.unbalanced == []
    assert page.open == []
    text = "".join(page.text)
    assert "{" not in text
    assert "None" not in text


def test_the_page_needs_nothing_from_elsewhere(page):
    assert not re.search(r"https?://(?!www\.w3\.org)", page.source)
    assert "url(" not in page.source
    assert "@import" not in page.source
    for tag in ("script", "link", "img", "iframe", "object"):
        assert page.all(tag) == []
    assert not [key for _, attrs in page.tags for key in attrs if key.startswith("on")]


def test_headings_go_down_one_step_at_a_time_from_one_h1(page):
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)


def test_every_table_header_says_what_it_heads(page):
    headers = page.all("th")
    assert headers
    assert {header.get("scope") for header in headers} == {"col", "row"}


def test_every_link_leads_somewhere_on_the_page(page):
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in page.all("a")]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_every_picture_has_a_title_and_a_description(page):
    pictures = page.all("svg")
    assert len(pictures) == 4
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= ids


def test_there_is_a_way_past_the_top_and_marked_regions(page):
    assert page.all("main")
    assert page.all("nav")[0]["aria-label"]
    assert next(link for link in page.all("a"))["class"] == "skip"


# Colours


def colours(source):
    """The page's colours in light and in dark: name -> hex."""
    blocks = re.findall(r":root\s*\{([^}]*)\}", source)[:2]
    light, dark = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": light | dark}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_reckoning_of_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(page, scheme):
    known = colours(page.source)[scheme]
    pairs = [
        (text, ground) for text in ("ink", "muted", "accent") for ground in ("paper", "surface")
    ]
    pairs += [(f"{band}-text", f"{band}-tint") for band in ("high", "elevated", "low")]
    poor = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_stand_out_from_the_paper(page, scheme):
    known = colours(page.source)[scheme]
    bars = [known[f"{name}-fill"] for name in ("high", "elevated", "low", "plain")]
    assert min(contrast(bar, known["paper"]) for bar in bars) >= 3


def test_no_colour_is_used_outside_the_named_ones(page):
    style = re.search(r"<style>(.*?)</style>", page.source, re.S).group(1)
    rules = re.sub(r":root\s*\{[^}]*\}", "", style)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*\s*\{)", rules) == []


# What it says


def test_the_answer_comes_first_and_is_the_list(page, ordinary_week):
    text = " ".join("".join(page.text).split())
    count = ordinary_week.ranked.height
    head = f"{count} leverantörer" if page.language == "sv" else f"{count} suppliers"
    assert head in text[:600]
    new = ordinary_week.ranked["change"].to_list().count("new")
    assert (f"{new} nya" if page.language == "sv" else f"{new} new") in text[:600]


def test_every_supplier_on_the_list_has_a_card_with_its_points(page, ordinary_week):
    text = " ".join("".join(page.text).split())
    for row in ordinary_week.ranked.head(5).to_dicts():
        word = "poäng" if page.language == "sv" else "points"
        assert f"{row['points']} {word}" in text
    cards = [a for name, a in page.tags if name == "article"]
    assert len(cards) == ordinary_week.ranked.height


def test_a_card_shows_the_way_off_with_the_rules_own_action(page):
    text = "".join(page.text)
    if page.language == "sv":
        assert "Begär tillståndsbeviset och fråga IVO" in text
        assert "→ av listan" in text
    else:
        assert "→ off the list" in text


def test_a_long_list_is_cut_on_the_page_but_no_high_one_is_left_out(tmp_path):
    week = an_ordinary_week(suppliers=400, seed=4)
    write_week(
        tmp_path,
        week,
        manifest=a_manifest(),
        evidence=evidence_frame(),
        quarantine=quarantine_frame(),
    )
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    shown = {int(rank) for rank in re.findall(r'id="leverantor-(\d+)"', source)}
    high = set(week.ranked.filter(week.ranked["band"] == "hög")["rank"])
    assert week.ranked.height > 100
    assert shown == set(range(1, 101)) | high
    assert f"Sidan visar {len(shown)} av {week.ranked.height}" in source


def page_after(tmp_path, week):
    write_week(
        tmp_path,
        week,
        manifest=a_manifest(),
        evidence=evidence_frame(),
        quarantine=quarantine_frame(),
    )
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def two_weeks(before, now, not_checked=None):
    people = suppliers_frame(6, 1)
    ids = people.get_column("supplier_id").to_list()
    first, second = (
        findings_frame([a_finding(rule, ids[place]) for rule, place in pairs])
        for pairs in (before, now)
    )
    last = as_previous(scored(first, people, None, BEFORE))
    missed = None
    if not_checked:
        missed = pl.DataFrame({"rule_id": [not_checked[0]], "supplier_id": [ids[not_checked[1]]]})
    return scored(second, people, last, AS_OF, not_checked=missed)


def test_who_left_is_told_from_who_could_not_be_checked(tmp_path):
    week = two_weeks(
        before=[("phoenix", 0), ("phoenix", 1), ("phoenix", 2)],
        now=[("phoenix", 0)],
        not_checked=("phoenix", 2),
    )
    source = page_after(tmp_path, week)
    gone = re.search(r'id="borta">(.*?)</section>', source, re.S).group(1)
    assert gone.count("<tr>") == 3  # the heading and two suppliers
    assert gone.count("Iakttagelserna finns inte längre") == 1
    assert gone.count("Kunde inte kontrolleras i veckan") == 1
    assert "2 borta" in source


def test_a_card_tells_what_closed_and_what_could_not_be_checked(tmp_path):
    week = two_weeks(
        before=[("phoenix", 0), ("f-tax-lost", 0), ("public-debt", 0)],
        now=[("phoenix", 0)],
        not_checked=("f-tax-lost", 0),
    )
    source = page_after(tmp_path, week)
    assert "Kunde inte kontrolleras i veckan: Har förlorat F-skatt." in source
    assert "Finns inte längre: Skulder till staten." in source
    assert "94 poäng förra listan" not in source  # 40 + 40 + 15 then
    assert "95 poäng förra listan" in source


def test_only_what_came_this_week_is_marked_as_new(tmp_path):
    week = two_weeks(before=[("phoenix", 0)], now=[("phoenix", 0), ("f-tax-lost", 0)])
    source = page_after(tmp_path, week)
    assert source.count("ny i veckan") == 1
    news = re.search(r'id="nytt">(.*?)</section>', source, re.S).group(1)
    assert "Har förlorat F-skatt" in news
    assert "konkursbolag" not in news


def test_the_first_list_says_so_and_marks_nothing_as_new(tmp_path):
    people = suppliers_frame(2, 1)
    rows = [a_finding("phoenix", people["supplier_id"][0])]
    source = page_after(tmp_path, scored(findings_frame(rows), people, None, AS_OF))
    assert "Det är den första listan" in source
    assert "En leverantör att titta på." in source
    assert "ny i veckan" not in source
    assert 'id="nytt"' not in source


def test_a_finding_under_a_cap_says_what_it_would_have_been(tmp_path):
    people = suppliers_frame(2, 1)
    rows = [
        a_finding("f-tax-lost", people["supplier_id"][0]) | {"rule_id": f"tax-{place}"}
        for place in range(4)
    ]
    source = page_after(tmp_path, scored(findings_frame(rows), people, None, AS_OF))
    assert "0 av 40: taket för Skatt är nått" in source
    assert "120 poäng" in source


def test_a_week_like_the_last_says_that_nothing_came_or_went(tmp_path):
    week = two_weeks(before=[("phoenix", 0)], now=[("phoenix", 0)])
    source = page_after(tmp_path, week)
    assert "ingen har fått fler eller färre poäng" in source
    assert "Ingen leverantör är ny eller har fått fler poäng." in source
    assert "change-title" not in source  # no picture of nothing


def test_fewer_points_are_news_too(tmp_path):
    week = two_weeks(before=[("phoenix", 0), ("public-debt", 0)], now=[("phoenix", 0)])
    source = page_after(tmp_path, week)
    assert "Sedan förra listan: 1 med färre poäng." in source


def test_evidence_from_many_files_folds_and_from_one_is_plain(tmp_path):
    people = suppliers_frame(1, 1)
    one_file = [a_finding("phoenix", people["supplier_id"][0], evidence=[2, 4])]
    plain = page_after(tmp_path / "one", scored(findings_frame(one_file), people, None, AS_OF))
    assert "<summary>Fakturor och leverantörsreskontra" not in plain
    assert "rad 12, 14" in plain
    many = evidence_frame(30).with_columns(
        source=pl.lit("invoices"), file=pl.format("invoices/{}.csv", "row_no")
    )
    rows = [a_finding("phoenix", people["supplier_id"][0], evidence=list(range(1, 31)))]
    write_week(
        tmp_path / "many",
        scored(findings_frame(rows), people, None, AS_OF),
        manifest=a_manifest(),
        evidence=many,
        quarantine=quarantine_frame(),
    )
    folded = (tmp_path / "many" / "report.html").read_text(encoding="utf-8")
    assert "<summary>Fakturor och leverantörsreskontra: 30 rader i 30 filer</summary>" in folded
    assert "och 18 filer till" in folded
