"""Which rows each table shows behind the wall: the reviewed list, read by `walls.build()`.

Every table of the portal stands in exactly one of two lists: POLICIES, with who sees its rows, or
OPEN, with the reason why it needs no policy. A test refuses a table that stands in neither.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """SQL conditions on a row: who sees it, who adds it, who may leave it changed."""

    sees: str
    adds: str = ""
    """As `sees`, when empty."""
    changes: str = ""
    """As `sees`, when empty."""


def _figures(column: str) -> str:
    """The row's organisation is within reach of a permission about figures."""
    return _within("figures", column)


def _people(column: str) -> str:
    """The row's organisation is within reach of a permission about people."""
    return _within("people", column)


# Both parts are computed once a query: the first as a value, the second as a hashed set.
def _within(about: str, column: str) -> str:
    return f"(SELECT cqrs_everywhere('{about}')) OR {column} IN (SELECT cqrs_reached('{about}'))"


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT cqrs_may('{one}'))" for one in permissions) + ")"


def _behind(table: str, condition: str, alias: str = "seen") -> str:
    """There is a row of another table, itself behind its wall, that leads to this one."""
    return f"EXISTS (SELECT FROM {table} AS {alias} WHERE {condition})"


ALL_FIGURES = "(SELECT cqrs_everywhere('figures'))"
ACCOUNTS = "(SELECT cqrs_accounts())"
ME = "(SELECT cqrs_user())"
ONES_OWN_NAME = f"actor_id = {ME}"
# Whose own claims these are to pay is one number: most of a queue needs no set at all.
CLAIM = (
    f"commissioner_id = (SELECT cqrs_own('figures')) OR {_figures('provider_id')} "
    "OR commissioner_id IN (SELECT cqrs_reached('figures'))"
)

POLICIES = {
    "organisations_listsize": Policy(
        f"{_figures('organisation_id')} OR "
        + _behind("claims_claim", "seen.provider_id = organisation_id")
    ),
    "organisations_listupload": Policy(_may("organisations.manage")),
    # Nobody gives themselves a role, nor makes more of the one they have.
    "accounts_grant": Policy(
        f"user_id = {ME} OR {ACCOUNTS} OR {_people('organisation_id')}",
        adds=f"{ACCOUNTS} OR (user_id <> {ME} AND ({_people('organisation_id')}))",
        changes=f"{ACCOUNTS} OR {_people('organisation_id')}",
    ),
    "accounts_invitation": Policy(f"{ACCOUNTS} OR {_people('organisation_id')}"),
    "accounts_accessrequest": Policy(
        f"user_id = {ME} OR {ACCOUNTS} OR {_people('organisation_id')} OR "
        "decider_id IN (SELECT cqrs_reached('people'))"
    ),
    "accounts_confirmation": Policy(
        f"{ACCOUNTS} OR " + _behind("accounts_grant", "seen.id = grant_id")
    ),
    "accounts_expiry": Policy(f"{ACCOUNTS} OR " + _behind("accounts_grant", "seen.id = grant_id")),
    "accounts_viewing": Policy(
        f"helper_id = {ME} OR person_id = {ME} OR {ACCOUNTS} OR {_people('organisation_id')}"
    ),
    "catalogue_participation": Policy(
        CLAIM,
        changes=f"({CLAIM}) AND "
        + _may("catalogue.accept", "catalogue.offer", "catalogue.enrol", "organisations.agree"),
    ),
    "collection_submission": Policy(
        f"{_figures('provider_id')} OR "
        + _behind(
            "claims_claim",
            "seen.provider_id = collection_submission.provider_id "
            "AND seen.collection_id = collection_submission.collection_id",
        )
    ),
    "claims_claim": Policy(
        CLAIM,
        adds=_may("claims.calculate"),
        changes=f"({CLAIM}) AND "
        + _may(
            "claims.declare", "claims.approve", "claims.finance_approve", "payments.build",
            "payments.release", "claims.calculate",
        ),
    ),
    "claims_statement": Policy(
        f"{_figures('provider_id')} OR "
        + _behind(
            "claims_claim",
            "seen.provider_id = claims_statement.provider_id "
            "AND seen.collection_id = claims_statement.collection_id",
        ),
        adds=_may("claims.calculate"),
    ),
    # Nobody signs with another's name, whatever the application says.
    "claims_claimevent": Policy(
        f"{ALL_FIGURES} OR " + _behind("claims_claim", "seen.id = claim_id"),
        adds=f"{ONES_OWN_NAME} AND " + _behind("claims_claim", "seen.id = claim_id"),
    ),
    "payments_account": Policy(_figures("organisation_id"), adds=_may("payments.build")),
    # A practice sees the run that pays it, not what else is in it.
    "payments_run": Policy(
        f"{ALL_FIGURES} OR " + _behind("payments_instruction", "seen.run_id = payments_run.id"),
        adds=_may("payments.build"),
        changes=_may("payments.build", "payments.release"),
    ),
    "payments_instruction": Policy(
        f"{ALL_FIGURES} OR " + _behind("claims_claim", "seen.id = claim_id"),
        adds=_may("payments.build"),
    ),
    # Everybody may tell anybody something; nobody reads another's inbox.
    "messages_notice": Policy(f"recipient_id = {ME}", adds="true"),
    # Emails hold links that open doors: only the help desk sees which of them did not go.
    "messages_email": Policy(_may("accounts.view_as"), adds="true"),
    "mergers_change": Policy(_figures("commissioner_id")),
    "mergers_part": Policy(
        f"{ALL_FIGURES} OR " + _behind("mergers_change", "seen.id = change_id")
    ),
    "payments_transfer": Policy(ALL_FIGURES, adds=_may("payments.build", "payments.release")),
    # Read by all: codes, names and ties are published, addresses are read before signing in, and
    # each event is sealed with the one before it. Written by few, and never with another's name.
    "organisations_organisation": Policy(
        "true",
        adds=_may("organisations.manage"),
        changes=_may("organisations.manage", "organisations.agree", "organisations.details"),
    ),
    "organisations_relationship": Policy(
        "true",
        adds=_may("organisations.manage", "organisations.agree"),
        changes=_may("organisations.manage", "organisations.agree"),
    ),
    "accounts_user": Policy(
        "true",
        adds=f"{ACCOUNTS} OR {_may('accounts.manage')}",
        changes=f"{ACCOUNTS} OR {_may('accounts.manage')}",
    ),
    "audit_event": Policy("true", adds=f"{ACCOUNTS} OR {ONES_OWN_NAME}"),
}  # fmt: skip

OPEN = {
    "messages_announcement": "told to everybody at a kind of organisation",
    "messages_preference": "how people like to be told, read by whoever tells them; no figures",
    "messages_place": "how far a reader has come",
    "organisations_cluster": "a name for a set of providers, no figures",
    "organisations_clustermember": "which providers are in it, no figures",
    "organisations_listimport": "which files of list sizes were recorded, and how many rows",
    "organisations_odsupload": "when ODS files were sent and by whom",
    "organisations_odsuploadfile": "files of organisations as the NHS publishes them",
    "organisations_odsimport": "which ODS files were loaded, and how many organisations changed",
    "accounts_addressrange": "where kinds of organisations sign in from, the same for all",
    "audit_concern": "which organisations an event is about, found only with the event",
    "audit_view": "noted for everybody who looks, read by the night's seal; no figures",
    "audit_refusal": "noted for everybody refused, so that it is told once; no figures",
    "catalogue_draft": "drafts of rules, no figures of anybody",
    "catalogue_publisheddefinition": "rules are the same for all and published",
    "collection_collection": "what is asked of all",
    "collection_sourcefile": "names and digests of files, no counts",
    "collection_nationalreference": "figures of the nation, the same for all",
}
"""Tables of the rooms without a policy, each with the reason."""

LIBRARIES = {
    "account_emailaddress": "addresses for signing in, read before anybody is signed in",
    "account_emailconfirmation": "not used: addresses are confirmed by invitation",
    "auth_group": "not used: roles are code",
    "auth_group_permissions": "not used: roles are code",
    "auth_permission": "not used: roles are code",
    "axes_accessattempt": "failed sign-ins, counted before anybody is signed in",
    "axes_accessattemptexpiration": "likewise",
    "axes_accessfailurelog": "likewise",
    "axes_accesslog": "likewise",
    "django_content_type": "names of tables",
    "mfa_authenticator": "second factors, encrypted or public keys, read while signing in",
    "portal_cache": "counts of tries and used-up codes, before anybody is signed in",
    "socialaccount_socialaccount": "whom another provider knows, read while signing in",
    "socialaccount_socialapp": "not used: providers are configured by environment",
    "socialaccount_socialtoken": "not used: tokens are not kept",
    "usersessions_usersession": "open sessions, written while signing in",
    "django_session": "found by a secret key, before anybody is known",
}
"""Tables of libraries without a policy, each with the reason. Those of the queue start with
`procrastinate_`: jobs carry numbers and references only."""
