"""Pictures as SVG made here, so that a page needs no script, no font and no other file.

A bar chart is drawn for a column as narrow as a phone's; on a wide page it stays that size and
stands beside others. Every bar carries its label and its value as text: the colour only repeats
what is written. Colours come from the page (CSS classes), so pictures follow light and dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH = 360
_ROW = 30
_BAR = 16
_TOP = 6
#: A character of 14 px text is about this wide; a little too much is better than a cut word.
_CHARACTER = 8.2


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, how long it is, how its value is written, and its colour's CSS class."""

    label: str
    value: float
    written: str
    style: str = "plain"


def bar_chart(name: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Horizontal bars on a common zero, from the top in the order given.

    Args:
        name: makes ids unique on a page; letters, digits and dashes.
        title: what a screen reader says first.
        description: the picture in one sentence, numbers included.
        bars: none is drawn shorter than a hair unless its value is zero; values are not negative.
    """
    labels = max((len(bar.label) for bar in bars), default=0)
    values = max((len(bar.written) for bar in bars), default=0)
    start = round(min(150.0, max(60.0, labels * _CHARACTER + 12)), 1)
    room = max(40.0, _WIDTH - start - values * _CHARACTER - 10)
    longest = max((bar.value for bar in bars), default=0) or 1
    height = _TOP * 2 + _ROW * len(bars)
    rows = Markup("").join(
        _row(bar, _TOP + _ROW * place, start, room * bar.value / longest)
        for place, bar in enumerate(bars)
    )
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img"'
        ' aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
        '<line class="axis" x1="{start}" y1="2" x2="{start}" y2="{bottom}"/>{rows}</svg>'
    ).format(
        width=_WIDTH,
        height=height,
        name=name,
        title=title,
        description=description,
        start=start,
        bottom=height - 2,
        rows=rows,
    )


def described(bars: Sequence[Bar]) -> str:
    """The bars as one sentence: ``Hög 5, Förhöjd 12, Låg 25.``"""
    return ", ".join(f"{bar.label} {bar.written}" for bar in bars) + "."


def _row(bar: Bar, top: int, start: float, length: float) -> Markup:
    shown = round(max(length, 1.5), 1) if bar.value > 0 else 0
    middle = top + _ROW / 2
    return Markup(
        '<text class="label" x="{label_x}" y="{middle}" text-anchor="end">{label}</text>'
        '<rect class="bar {style}" x="{start}" y="{y}" width="{shown}" height="{bar}" rx="2"/>'
        '<text class="value" x="{value_x}" y="{middle}">{written}</text>'
    ).format(
        label_x=round(start - 8, 1),
        middle=middle,
        label=bar.label,
        style=escape(bar.style),
        start=start,
        y=middle - _BAR / 2,
        shown=shown,
        bar=_BAR,
        value_x=round(start + shown + 7, 1),
        written=bar.written,
    )
