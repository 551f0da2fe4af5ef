"""Django's own messages, which a page shows once, under a label that leaves ours to the room."""

from django.contrib.messages.apps import MessagesConfig


class FlashConfig(MessagesConfig):
    """The label "messages" is that of the room whose notices stay."""

    label = "flash"
