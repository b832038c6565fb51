"""HTML as other shops have it in descriptions, reduced to text, and text as such HTML. Texts of the catalogue are plain."""

import re
from html import escape
from html.parser import HTMLParser

import nh3

_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "section", "pre"}
_LINES = {"br", "li", "tr"}
_DROPPED = {"script", "style", "iframe", "template", "noscript", "svg", "math", "textarea", "select", "title"}
_TAG = re.compile(r"<[a-zA-Z/!]|&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+);")


def text_of(html: str) -> str:
    """What a reader sees: paragraphs apart by an empty line, items of lists with a bullet. Scripts and styles are gone."""
    if not _TAG.search(html):
        return _tidy(html)
    kept = nh3.clean(
        html, tags=_BLOCKS | _LINES, attributes={}, clean_content_tags=_DROPPED, strip_comments=True, link_rel=None
    )
    reader = _Reader()
    reader.feed(kept)
    reader.close()
    return _tidy("".join(reader.parts))


def html_of(text: str) -> str:
    """Paragraphs with line breaks; `text_of` makes the same text of it again."""
    paragraphs = (part.split("\n") for part in re.split(r"\n{2,}", text.strip()) if part.strip())
    return "".join(f"<p>{'<br>'.join(escape(line, quote=False) for line in lines)}</p>" for lines in paragraphs)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the signature is HTMLParser's
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n\N{BULLET} " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t\f\v\N{NO-BREAK SPACE}]+", " ", line).strip() for line in re.split(r"\r\n|\r|\n", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
