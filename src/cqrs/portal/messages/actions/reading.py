"""How far the reader of the audit trail has come."""

from cqrs.portal.messages.models import Place


def advance(*, reader: str, seq: int) -> None:
    """Remember that everything up to `seq` is read.

    Call it in the transaction of what was made of it: after a crash it is read again.
    """
    Place.objects.update_or_create(reader=reader, defaults={"seq": seq})
