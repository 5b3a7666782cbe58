"""A picture read as a browser would: where its words stand, and how far everything reaches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from app.domain.timeline.drawing.picture import picture
from app.domain.timeline.shapes import Timeline
from tests.domain.timeline import helvetica

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    """What something takes, and the words in it."""

    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    def meets(self, other: "Box") -> bool:
        """Whether two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def drawn(timeline: Timeline, *, wide: bool = True) -> ElementTree.Element:
    """The picture, read."""
    return ElementTree.fromstring(picture(timeline, wide=wide))  # noqa: S314 - the product wrote it


def texts(root: ElementTree.Element) -> list[Box]:
    """Every text, as wide as Helvetica writes it."""
    return [_text(node) for node in root.iter(f"{SVG}text")]


def words(root: ElementTree.Element) -> list[str]:
    """What is written."""
    return [box.words for box in texts(root)]


def _text(node: ElementTree.Element) -> Box:
    said, size = "".join(node.itertext()), float(node.attrib["font-size"])
    long = helvetica.width(said, size, bold=node.attrib.get("font-weight") == "700")
    x, y = float(node.attrib["x"]), float(node.attrib["y"])
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[node.attrib.get("text-anchor", "start")] * long
    return Box(left, y - 0.74 * size, left + long, y + 0.22 * size, said)


def shapes(root: ElementTree.Element) -> Iterator[Box]:
    """Every drawn shape, without its edge."""
    for node in _drawn(root):
        at = {name: float(value) for name, value in node.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
        kind = node.tag.removeprefix(SVG)
        if kind == "rect":
            x, y = at.get("x", 0), at.get("y", 0)
            yield Box(x, y, x + at["width"], y + at["height"])
        elif kind == "line":
            yield Box(
                min(at["x1"], at["x2"]), min(at["y1"], at["y2"]), max(at["x1"], at["x2"]), max(at["y1"], at["y2"])
            )
        elif kind == "circle":
            yield Box(at["cx"] - at["r"], at["cy"] - at["r"], at["cx"] + at["r"], at["cy"] + at["r"])
        elif kind == "path":
            yield path(node.attrib["d"])


def _drawn(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for node in root:
        if node.tag != f"{SVG}defs":
            yield node


def path(d: str) -> Box:
    """What a path takes: its corners. An arc counts by its ends."""
    xs, ys, x, y = list[float](), list[float](), 0.0, 0.0
    for command, given in re.findall(r"([MLHVZmlhvza])([^A-Za-z]*)", d):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", given)]
        if command == "a":
            numbers = numbers[-2:]
        steps = {"h": (numbers[:1], [0.0]), "v": ([0.0], numbers[:1])}.get(
            command.lower(), (numbers[::2], numbers[1::2])
        )
        for across, down in zip(*steps, strict=True):
            x, y = (x + across, y + down) if command.islower() else _to(command, (x, y), (across, down))
            xs.append(x)
            ys.append(y)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _to(command: str, at: tuple[float, float], given: tuple[float, float]) -> tuple[float, float]:
    return {"H": (given[0], at[1]), "V": (at[0], given[1])}.get(command, given)
