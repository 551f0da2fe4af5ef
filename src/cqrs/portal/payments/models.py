"""The ledger (accounts and transfers), the runs that pay, and one instruction per payment."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cqrs.portal.claims.models import Claim, Statement
from cqrs.portal.organisations.models import Organisation


class Account(models.Model):
    """Where transfers come from and go to: one for each organisation that pays or is paid."""

    code = models.TextField()
    """"commissioner:QZ9" or "provider:A99001"."""
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ledger_accounts")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="account_code_is_unique", fields=["code"]),
        ]

    def __str__(self) -> str:
        return self.code


class RunState(models.TextChoices):
    """How far a payment run is."""

    BUILT = "built", "Waiting for release"
    RELEASED = "released", "Released"
    CANCELLED = "cancelled", "Cancelled"


class Run(models.Model):
    """A batch of approved claims on its way to the payment agency."""

    reference = models.TextField()
    state = models.TextField(choices=RunState, default=RunState.BUILT)
    count = models.IntegerField()
    total_pence = models.BigIntegerField()
    built_by_id = models.BigIntegerField()
    built_by_name = models.TextField()
    built_at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True)
    released_by_name = models.TextField(blank=True, default="")
    released_at = models.DateTimeField(null=True)
    cancelled_by_id = models.BigIntegerField(null=True)
    cancelled_by_name = models.TextField(blank=True, default="")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True, default="")
    file_name = models.TextField(blank=True, default="")
    file_content = models.BinaryField(null=True)
    file_sha256 = models.CharField(max_length=64, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="run_reference_is_unique", fields=["reference"]),
            models.UniqueConstraint(name="run_file_is_unique", fields=["file_sha256"]),
            models.CheckConstraint(
                name="run_state_is_known", condition=Q(state__in=RunState.values)
            ),
            models.CheckConstraint(
                name="run_pays_something", condition=Q(count__gte=1) & Q(total_pence__gte=1)
            ),
            models.CheckConstraint(
                name="run_is_released_by_another_person",
                condition=Q(released_by_id__isnull=True) | ~Q(released_by_id=F("built_by_id")),
            ),
            models.CheckConstraint(
                name="run_is_released_with_its_file",
                condition=Q(
                    state="released",
                    released_by_id__isnull=False,
                    released_at__isnull=False,
                    file_content__isnull=False,
                    file_sha256__isnull=False,
                )
                | (~Q(state="released") & Q(released_by_id__isnull=True, file_sha256__isnull=True)),
            ),
            models.CheckConstraint(
                name="run_is_cancelled_with_a_reason",
                condition=(
                    Q(state="cancelled", cancelled_by_id__isnull=False) & ~Q(cancel_reason="")
                )
                | (~Q(state="cancelled") & Q(cancelled_by_id__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Instruction(models.Model):
    """Pay this claim, once: the identity is derived from claim, statement and step."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="instructions")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="instructions")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="instructions")
    step = models.TextField()
    payee_reference = models.TextField()
    amount_pence = models.BigIntegerField()
    identity = models.CharField(max_length=64)
    replaces = models.OneToOneField("self", models.PROTECT, null=True)
    """The instruction of a cancelled run that this one takes the place of."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="instruction_identity_is_unique", fields=["identity"]),
            models.UniqueConstraint(
                name="instruction_pays_a_statement_once",
                fields=["claim", "statement", "step"],
                condition=Q(replaces__isnull=True),
            ),
            models.UniqueConstraint(name="instruction_once_in_a_run", fields=["run", "claim"]),
            models.CheckConstraint(
                name="instruction_names_its_payee", condition=~Q(payee_reference="")
            ),
            models.CheckConstraint(
                name="instruction_pays_something", condition=Q(amount_pence__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee_reference}: {self.amount_pence}p"


class TransferKind(models.TextChoices):
    """Money promised, moved, or not moved after all."""

    PENDING = "pending", "Pending"
    POST = "post", "Posted"
    VOID = "void", "Voided"


class Transfer(models.Model):
    """An amount from one account to another. Pending first; then posted or voided, once."""

    kind = models.TextField(choices=TransferKind)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits")
    amount_pence = models.BigIntegerField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="transfers")
    identity = models.TextField()
    """Kind and the instruction's identity: the same movement can't be written twice."""
    pending = models.OneToOneField("self", models.PROTECT, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="transfer_identity_is_unique", fields=["identity"]),
            models.UniqueConstraint(
                name="transfer_is_what_it_settles",
                fields=["id", "debit", "credit", "amount_pence", "run"],
            ),
            models.CheckConstraint(
                name="transfer_kind_is_known", condition=Q(kind__in=TransferKind.values)
            ),
            models.CheckConstraint(
                name="transfer_moves_something", condition=Q(amount_pence__gte=1)
            ),
            models.CheckConstraint(
                name="transfer_is_to_another_account", condition=~Q(debit=F("credit"))
            ),
            models.CheckConstraint(
                name="transfer_settles_a_pending_one",
                condition=Q(kind="pending", pending__isnull=True)
                | (~Q(kind="pending") & Q(pending__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_pence}p"
