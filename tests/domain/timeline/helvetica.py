"""How wide Helvetica is, in thousandths of its size: from the metrics that its maker published (AFM), plain and bold.

Arial has the same widths; the font that pages bring along is narrower. The picture must fit in each of them.
"""

_PLAIN = """278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278
278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722
667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556
556 333 500 278 556 500 722 500 500 500 334 260 334 584"""
_BOLD = """278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333
333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722
667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611
611 389 556 333 611 556 778 556 556 500 389 280 389 584"""
_OTHERS = {"’": 278, "…": 1000, "»": 556, "“": 500, "”": 500, "–": 556}


def _table(widths: str) -> dict[str, int]:
    """By letter, from the space to the tilde."""
    return {**{chr(32 + place): int(width) for place, width in enumerate(widths.split())}, **_OTHERS}


WIDTHS = {False: _table(_PLAIN), True: _table(_BOLD)}


def width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide words are. A letter that is not in the tables is as wide as it is high."""
    return sum(WIDTHS[bold].get(letter, 1000) for letter in words) * size / 1000
