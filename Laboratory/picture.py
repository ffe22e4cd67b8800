"""A picture of the losses over time: one line for each variant, one vertical line for each event."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1000, 500
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 100, 50

# Colours that people with colour blindness tell apart, and dashes for those who print in grey.
STYLES = (("#d55e00", ""), ("#0072b2", "7 4"), ("#007a56", ""), ("#a0468c", "2 4"),
          ("#5b5b5b", "9 3 2 3"), ("#8a6d00", "1 3"))

# The line of `needless` losses would be another picture.
INCLUDED = "Sessions on killed or removed servers are included."


def svg(figures, about):
    """`figures` are those of Record.figures(); `about` is the line below the title."""
    reference = figures[0]
    times = [step["begin"] for step in reference["steps"]] + [reference["steps"][-1]["end"]]
    most = max(10, max(run["lost"] for run in figures))

    def x(time):
        return LEFT + (WIDTH - LEFT - RIGHT) * time / times[-1]

    def y(lost):
        # Logarithmic, because the variants differ by orders of magnitude; + 1 gives 0 a place.
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log1p(lost) / math.log1p(most)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="system-ui, Helvetica, Arial, sans-serif" font-size="13" fill="#222222">',
        "<title>Sessions lost over time</title>",
        # A background of its own keeps the picture readable on dark pages.
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff"/>',
        _text(LEFT, 28, "Sessions lost since the start", size=17, weight="bold"),
        _text(LEFT, 48, f"{about}. {INCLUDED}", fill="#555555"),
    ]
    parts += _scale(most, y)
    parts += _events(reference["steps"], x)
    parts += _seconds(times[-1], x)
    ends = []
    for run, (colour, dashes) in zip(figures, STYLES):
        points = _points(run, times, x, y)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"'
            f' stroke-linejoin="round"{dash}/>'
        )
        ends.append((y(run["lost"]), f"{run['variant']}: {run['lost']:,}", colour))
    heights = spread([end[0] for end in ends], 17, TOP, HEIGHT - BOTTOM)
    for height, (_, label, colour) in zip(heights, ends):
        place = WIDTH - RIGHT + 8
        parts.append(_text(place, height + 4, label, fill=colour, weight="bold", size=14))
    return "\n".join([*parts, "</svg>"]) + "\n"


def spread(heights, distance, low, high):
    """The heights, moved apart so that labels do not overlap, and kept between low and high."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    placed = list(heights)
    at_least = low
    for at in order:
        placed[at] = at_least = max(placed[at], at_least)
        at_least += distance
    at_most = high
    for at in reversed(order):
        placed[at] = at_most = min(placed[at], at_most)
        at_most -= distance
    return placed


def label_rows(places, widths, gap=8):
    """The row of each label above the picture: the first row in which it overlaps none."""
    ends, rows = [], []
    for place, width in zip(places, widths):
        row = next((at for at, end in enumerate(ends) if end + gap <= place), len(ends))
        if row == len(ends):
            ends.append(0)
        ends[row] = place + width
        rows.append(row)
    return rows


def aligned(time, begins, times):
    """A time of one run on the axis of another, in which the same steps began at other times."""
    at = max(index for index in range(len(begins) - 1) if begins[index] <= max(time, begins[0]))
    share = (time - begins[at]) / ((begins[at + 1] - begins[at]) or 1)
    return times[at] + min(1, share) * (times[at + 1] - times[at])


def _points(run, times, x, y):
    begins = [step["begin"] for step in run["steps"]] + [run["steps"][-1]["end"]]
    points = [(x(times[0]), y(0))]
    last = 0.0
    for lost, time in enumerate(run["losses"], 1):
        place = x(aligned(time, begins, times))
        # Steps narrower than a third of a pixel only make the file larger.
        if place - last > 0.3:
            points.append((place, points[-1][1]))
            points.append((place, y(lost)))
            last = place
        else:
            points[-1] = (points[-1][0], y(lost))
    points.append((x(times[-1]), y(run["lost"])))
    return " ".join(f"{across:.1f},{down:.1f}" for across, down in points)


def _scale(most, y):
    parts = []
    for lost in (0, 1, 10, 100, 1000, 10_000, 100_000):
        if lost <= most:
            line = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(lost):.1f}" y2="{y(lost):.1f}"'
            parts.append(f'<line {line} stroke="#dddddd"/>')
            parts.append(_text(LEFT - 8, y(lost) + 4, f"{lost:,}", anchor="end", fill="#555555"))
    return parts


def _events(steps, x):
    names = [step["name"] for step in steps]
    places = [x(step["begin"]) for step in steps]
    rows = label_rows(places, [7.2 * len(name) for name in names])
    parts = []
    for name, place, row in zip(names, places, rows):
        height = TOP - 10 - 16 * row
        parts.append(
            f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{height + 4}" y2="{HEIGHT - BOTTOM}"'
            ' stroke="#aaaaaa" stroke-dasharray="3 3"/>'
        )
        parts.append(_text(place, height, name))
    return parts


def _seconds(length, x):
    parts = []
    for second in range(0, int(length) + 1, 5):
        parts.append(
            _text(x(second), HEIGHT - BOTTOM + 20, f"{second} s", anchor="middle", fill="#555555")
        )
    parts.append(
        _text(LEFT, HEIGHT - 10, "The scale of losses is logarithmic.", fill="#555555", size=12)
    )
    return parts


def _text(x, y, content, anchor="start", fill="#222222", size=13, weight="normal"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}"'
        f' font-weight="{weight}">{escape(content)}</text>'
    )
