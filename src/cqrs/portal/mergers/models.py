"""A planned change of providers, the organisations in it, and the plan that was agreed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cqrs.portal.organisations.models import Organisation


class ChangeKind(models.TextChoices):
    """What happens to the providers."""

    MERGER = "merger", "Merger"
    SPLIT = "split", "Split"
    CLOSURE = "closure", "Closure"


class ChangeState(models.TextChoices):
    """Where a change stands. Agreed is the end: its dates then do the rest."""

    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PeopleGo(models.TextChoices):
    """What becomes of the roles at a provider that closes."""

    MOVE = "move", "They get the same roles at the lead successor"
    END = "end", "Their roles end"


class Change(models.Model):
    """A merger, split or closure: proposed by one person, agreed or refused by another."""

    kind = models.TextField(choices=ChangeKind)
    commissioner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="changes_in_area"
    )
    """Who commissioned the providers when it was proposed: a closed one is in no area any more."""
    effective_date = models.DateField()
    """The first day on which it is so; a provider that closes is open until the day before."""
    people = models.TextField(choices=PeopleGo)
    roles_end_date = models.DateField()
    """Last day of the roles at a provider that closes."""
    reason = models.TextField()
    state = models.TextField(choices=ChangeState, default=ChangeState.PROPOSED)
    proposed_by_id = models.BigIntegerField()
    proposed_by_name = models.TextField()
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")
    plan = models.TextField(blank=True, default="")
    """Canonical JSON of the plan as it was agreed, the totals before and after in it."""
    plan_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="change_kind_is_known", condition=Q(kind__in=ChangeKind.values)
            ),
            models.CheckConstraint(
                name="change_people_go_somewhere", condition=Q(people__in=PeopleGo.values)
            ),
            models.CheckConstraint(
                name="change_names_its_proposer_and_reason",
                condition=~Q(proposed_by_name="") & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="change_is_agreed_by_another_person",
                condition=Q(decided_by_id__isnull=True)
                | ~Q(decided_by_id=F("proposed_by_id"))
                | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="change_is_decided_by_somebody",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by_id__isnull=True)
                | (
                    Q(state__in=["agreed", "refused", "withdrawn"])
                    & Q(decided_at__isnull=False, decided_by_id__isnull=False)
                    & ~Q(decided_by_name="")
                ),
            ),
            models.CheckConstraint(
                name="change_is_refused_with_a_reason",
                condition=~Q(state="refused") | ~Q(decision_reason=""),
            ),
            models.CheckConstraint(
                name="change_is_agreed_with_its_plan",
                condition=(Q(state="agreed") & ~Q(plan="") & ~Q(plan_digest=""))
                | (~Q(state="agreed") & Q(plan="", plan_digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.effective_date}"


class Part(models.Model):
    """An organisation in a change: one that closes, or one that takes over."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="parts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="changes")
    closes = models.BooleanField()
    leads = models.BooleanField(default=False)
    """The successor that answers for the open claims and is paid for them."""
    live = models.BooleanField(default=True)
    """False when the change was refused or withdrawn."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="part_once_a_change", fields=["change", "organisation"]),
            models.UniqueConstraint(
                name="part_closes_once",
                fields=["organisation"],
                condition=Q(closes=True, live=True),
            ),
            models.UniqueConstraint(
                name="part_one_lead", fields=["change"], condition=Q(leads=True)
            ),
            models.CheckConstraint(
                name="part_leads_or_closes", condition=Q(leads=False) | Q(closes=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in change {self.change_id}"
