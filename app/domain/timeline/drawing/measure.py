"""How much room words take at most, in the widest of the fonts that may show them (Helvetica, Arial)."""

_EMS = (
    (frozenset("ijl|'’"), 0.26),
    (frozenset(".,:;!ftrI()[]{}/\\- “”"), 0.36),
    (frozenset("@W—…"), 1.02),
    (frozenset("mw%&M"), 0.9),
    (frozenset("GOQ"), 0.79),
    (frozenset("+<=>~^–»"), 0.6),
)
"""How wide letters are, in parts of the size; any other is an ordinary letter."""
_LATIN_ENDS = 0x2FF
_BOLD = 1.1


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """The width of words in units of the view box, rather too much than too little."""
    ems = sum(map(_em, words))
    return round(ems * size * (_BOLD if bold else 1), 1)


def fitting(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """The words, cut off with "…" where they are too long for the room; nothing where there is none at all."""
    if width_of(words, size, bold=bold) <= room:
        return words
    kept = words
    while kept and width_of(f"{kept}…", size, bold=bold) > room:
        kept = kept[:-1].rstrip()
    return f"{kept}…" if kept else ""


def lines_of(words: str, room: float, size: float) -> list[str]:
    """The words in at most two lines, broken between words; the second is cut off where it is too long."""
    if width_of(words, size) <= room:
        return [words]
    first: list[str] = []
    rest = words.split(" ")
    while rest and width_of(" ".join([*first, rest[0]]), size) <= room:
        first.append(rest.pop(0))
    if not first:
        return [fitting(words, room, size)]
    return [" ".join(first), fitting(" ".join(rest), room, size)]


def _em(letter: str) -> float:
    for letters, ems in _EMS:
        if letter in letters:
            return ems
    if ord(letter) > _LATIN_ENDS:
        return 1.1
    return 0.74 if letter.isupper() else 0.56 if letter.isascii() else 0.8
