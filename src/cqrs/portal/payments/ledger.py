"""The two-table ledger: money is promised when a run is built, then posted or voided, once."""

from collections.abc import Iterable, Mapping, Sequence

from cqrs.portal.claims.models import Claim
from cqrs.portal.payments.models import Account, Instruction, Run, Transfer, TransferKind
from cqrs.values import canonical_json, clock, digest

BATCH = 2000
Pair = tuple[Account, Account]
"""The account that pays and the account that is paid."""


def identity_of(claim_reference: str, statement_digest: str, step: str, replaces: str) -> str:
    """The identity of a payment, derived and never drawn: the same money has the same one.

    `replaces` is the identity of the instruction of a cancelled run, or empty.
    """
    return digest(canonical_json([claim_reference, statement_digest, step, replaces]))


def accounts_of(claims: Sequence[Claim]) -> Mapping[int, Pair]:
    """The commissioner's and the provider's account of each claim, opened where needed."""
    wanted: dict[str, int] = {}
    for claim in claims:
        wanted[f"commissioner:{claim.commissioner.code}"] = claim.commissioner_id
        wanted[f"provider:{claim.provider.code}"] = claim.provider_id
    Account.objects.bulk_create(
        [Account(code=code, organisation_id=owner) for code, owner in sorted(wanted.items())],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    found = {account.code: account for account in Account.objects.filter(code__in=wanted)}
    return {
        claim.pk: (
            found[f"commissioner:{claim.commissioner.code}"],
            found[f"provider:{claim.provider.code}"],
        )
        for claim in claims
    }


def promise(run: Run, instructions: Iterable[Instruction], accounts: Mapping[int, Pair]) -> None:
    """One pending transfer for each instruction; the database checks their sum at commit."""
    now = clock.now()
    Transfer.objects.bulk_create(
        [
            Transfer(
                kind=TransferKind.PENDING,
                debit=accounts[told.claim_id][0],
                credit=accounts[told.claim_id][1],
                amount_pence=told.amount_pence,
                run=run,
                identity=f"pending:{told.identity}",
                at=now,
            )
            for told in instructions
        ],
        batch_size=BATCH,
    )


def void(run: Run) -> None:
    """Take back every promise of a run."""
    now = clock.now()
    Transfer.objects.bulk_create(
        [
            Transfer(
                kind=TransferKind.VOID,
                debit_id=pending.debit_id,
                credit_id=pending.credit_id,
                amount_pence=pending.amount_pence,
                run=run,
                identity=pending.identity.replace("pending:", "void:", 1),
                pending=pending,
                at=now,
            )
            for pending in Transfer.objects.filter(run=run, kind=TransferKind.PENDING)
        ],
        batch_size=BATCH,
    )
