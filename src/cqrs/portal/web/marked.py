"""The words of announcements as markup: a little Markdown, never HTML, pictures or headings."""

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

LISTS = {"ul": "nhsuk-list nhsuk-list--bullet", "ol": "nhsuk-list nhsuk-list--number"}
PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline", "hr", "code", "fence"]
)
"""Paragraphs, lists, quotations, bold, italics, code in a line and links; the rest stays text."""


def marked(text: str) -> SafeString:
    """Markup of somebody's words; links lead to the web, to mail or into the portal only."""
    tokens = PARSER.parse(text)
    for token in tokens:
        if token.tag in LISTS and token.nesting == 1:
            token.attrSet("class", LISTS[token.tag])
    html: str = PARSER.renderer.render(tokens, PARSER.options, {})
    # Safe: the parser knows no HTML, the renderer escapes text, and links are checked by it.
    return SafeString(mark_safe(html))  # noqa: S308 (see above)
