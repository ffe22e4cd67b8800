"""A table of cells, head first, as text or as Markdown. The first columns are words, the others figures."""


def text(rows, words=1):
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:words], widths)]
        cells += [cell.rjust(width) for cell, width in zip(row[words:], widths[words:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def markdown(rows, words=1):
    head, *rest = rows
    lines = [head, ["---"] * words + ["---:"] * (len(head) - words), *rest]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
