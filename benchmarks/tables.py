"""Plain tables on the terminal."""

import sys


def show(title, columns, rows):
    """Print a title and its table; numbers stand to the right."""
    cells = [columns, *([text(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print(f"\n{title}")
    for line in cells:
        print(
            "  ".join(
                cell.rjust(width) for cell, width in zip(line, widths, strict=True)
            )
        )
    sys.stdout.flush()


def text(cell):
    """Three figures are enough; nothing is a dash."""
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.{0 if cell >= 100 else 1 if cell >= 10 else 2}f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
