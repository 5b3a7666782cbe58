"""Reads a page as a browser would, as far as the tests need it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """One element. `parts` are its texts and elements in their order."""

    tag: str
    attributes: dict[str, str]
    parts: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within, with single blanks."""
        return " ".join("".join(self._texts()).split())

    def all(self, tag: str | None = None, **attributes: str) -> list["Element"]:
        """Every element within that has this tag and these attributes; `class_` and `for_` stand for theirs."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self._elements()
            if tag in (None, one.tag) and all(one.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> "Element":
        """The one such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes} in: {self.text[:300]}"
        return found[0]

    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {link.text: link.attributes["href"] for link in self.all("a")}

    def _elements(self) -> Iterator["Element"]:
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part._elements()

    def _texts(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, Element):
                yield from part._texts()
                yield " "
            else:
                yield part


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"<{tag}> has an attribute twice"
        self._open[-1].parts.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        closed = self._open.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is never closed"


def read(html: str) -> Element:
    """The page. An element that is closed by another's end, or never, is an error."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def faults(page: Element) -> list[str]:
    """What would keep somebody from using the page: an ear instead of an eye, a keyboard instead of a mouse."""
    ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
    found = [f"the id {name} is there twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    found += [f"nothing has the id {name}" for name in _referred(page) if name not in ids]
    found += _headings(page)
    found += [f"a {one.tag} has no label: {one.attributes}" for one in _fields(page) if not _is_labelled(page, one)]
    found += [f"a {one.tag} without words" for one in (*page.all("a"), *page.all("button")) if not one.text]
    found += [f"<{one.tag}> has style or script in it" for one in page.all() if _has_inline(one)]
    found += [f"there is not one {tag}" for tag in ("main", "h1", "header") if len(page.all(tag)) != 1]
    if len(page.one("head").all("title")) != 1:
        found.append("the page has not one title")
    if page.one("html").attributes.get("lang") != "en":
        found.append("the page does not say its language")
    return found


def _referred(page: Element) -> list[str]:
    names: list[str] = []
    for one in page.all():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            names += one.attributes.get(name, "").split()
        if one.tag == "a" and one.attributes.get("href", "").startswith("#"):
            names.append(one.attributes["href"][1:])
    return names


def _headings(page: Element) -> list[str]:
    levels = [int(one.tag[1]) for one in page.all() if one.tag in {"h1", "h2", "h3", "h4"}]
    jumps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    return [f"a heading jumps from {first} to {second}" for first, second in jumps]


def _fields(page: Element) -> list[Element]:
    fields = (*page.all("input"), *page.all("textarea"), *page.all("select"), *page.all("progress"))
    return [one for one in fields if one.attributes.get("type") != "hidden"]


def _is_labelled(page: Element, one: Element) -> bool:
    return any(label.text for label in page.all("label", for_=one.attributes.get("id", "")))


def _has_inline(one: Element) -> bool:
    written = one.tag == "style" or (one.tag == "script" and (one.text or "src" not in one.attributes))
    return bool(written) or any(name == "style" or name.startswith("on") for name in one.attributes)
