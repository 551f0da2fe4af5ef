"""Pages as a person reads them: words without tags."""

import re

from django.test import Client


def text(client: Client, address: str, status: int = 200) -> str:
    """The page as words, without tags and doubled spaces."""
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:500]
    return words(response.content.decode())


def words(html: str) -> str:
    """HTML as a person reads it."""
    main = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&amp;", "&").split())
