"""How passwords are kept, and which are refused. They never expire."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError


class PortalArgon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB and two passes: twice the least that OWASP advises, in one thread.

    About 85 ms of one core, so that two processes sign in 200 people within a minute and have
    most of it left for pages. Django's own costs three times that, spread over eight threads.
    """

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1


class NotOurWords:
    """Refuses passwords made of the words that everybody here would try first."""

    WORDS = ("cqrs", "gpes", "nhsmail", "qualityandoutcomes", "practicemanager", "surgery123")

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when little is left beside our own words."""
        bare = "".join(letter for letter in password.lower() if letter.isalnum())
        own = (*self.WORDS, "".join(settings.SERVICE_NAME.lower().split()))
        for word in own:
            bare = bare.replace(word, "")
        if len(bare) < 8:
            raise ValidationError(
                "Choose a password that is not mostly the name of this service or of your work."
            )

    def get_help_text(self) -> str:
        """What the page says about it."""
        return "Not the name of this service or of your work."
