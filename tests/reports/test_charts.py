"""Bars are as long as what they stand for."""

import re

from hypothesis import given
from hypothesis import strategies as st

from screening.reports.charts import Bar, bar_chart, described

values = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


def widths(svg):
    return [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]


@given(values)
def test_bars_keep_the_order_and_the_ratio_of_their_values(numbers):
    bars = [Bar(f"b{number}", number, str(number)) for number in numbers]
    drawn = widths(bar_chart("x", "T", described(bars), bars))
    longest = max(numbers)
    for number, width in zip(numbers, drawn, strict=True):
        if number == 0:
            assert width == 0
        else:
            share = number / longest
            assert abs(width - max(drawn) * share) <= 1.6
            assert width >= 1.5


@given(values)
def test_nothing_is_drawn_outside_the_picture(numbers):
    bars = [Bar("En ganska lång rubrik", number, f"{number} kr") for number in numbers]
    svg = bar_chart("x", "T", "D", bars)
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    for x, y, length in re.findall(r'<rect [^>]*x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', svg):
        assert float(x) + float(length) <= width
        assert 0 <= float(y) <= height - 16


def test_labels_cannot_break_out_of_the_picture():
    svg = bar_chart("x", "<T>", "a & b", [Bar("<b>", 1, '"1"')])
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg
    assert "a &amp; b" in svg


def test_the_description_says_every_bar():
    bars = [Bar("Hög", 5, "5"), Bar("Låg", 25, "25")]
    assert described(bars) == "Hög 5, Låg 25."
