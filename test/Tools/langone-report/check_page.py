#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that a page of langone-report is well formed and refers to nothing outside: `check_page.py FILE`."""
import sys
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "input", "br", "rect", "line", "path", "circle"}


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.wanted: set[str] = set()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.note(tag, dict(attrs))

    def handle_startendtag(self, tag, attrs):
        self.note(tag, dict(attrs))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]} at {self.getpos()}"
            self.open.pop()

    def note(self, tag, attributes):
        assert tag not in ("link", "img", "iframe", "object", "embed", "base"), tag
        assert "src" not in attributes and not any(name.startswith("on") for name in attributes), attributes
        if "href" in attributes:
            assert attributes["href"].startswith("#"), attributes
            self.wanted.add(attributes["href"][1:])
        if "id" in attributes:
            assert attributes["id"] not in self.ids, attributes
            self.ids.add(attributes["id"])
        if attributes.get("role") == "img":
            self.wanted |= set(attributes["aria-labelledby"].split())
        for value in attributes.values():
            assert value is None or "NaN" not in value.upper().split() and "inf" not in value.split(), attributes


def main() -> int:
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, page.open
    assert page.wanted <= page.ids, page.wanted - page.ids
    for outside in ("http://", "https://", "@import"):
        assert outside not in text, outside
    return 0


if __name__ == "__main__":
    sys.exit(main())
