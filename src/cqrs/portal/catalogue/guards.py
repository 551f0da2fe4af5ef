"""What the tables of the catalogue defend themselves with, in SQL. Run by the first migration."""

from django.db import migrations

from cqrs.portal.audit import guards

# With the check that a published definition has another drafter: whose draft it says it is can
# only be the one who drafted these very bytes.
PUBLISHED_IS_WHAT_WAS_DRAFTED = """
ALTER TABLE catalogue_publisheddefinition ADD CONSTRAINT definition_is_what_was_drafted
    FOREIGN KEY (draft_id, digest, drafted_by_id)
    REFERENCES catalogue_draft (id, digest, drafted_by_id);
"""
DROP_PUBLISHED_IS_WHAT_WAS_DRAFTED = """
ALTER TABLE catalogue_publisheddefinition DROP CONSTRAINT definition_is_what_was_drafted;
"""

OPERATIONS = [
    guards.append_only("catalogue_draft"),
    guards.digest_is_of_content("catalogue_draft", "digest", "content"),
    guards.append_only("catalogue_publisheddefinition"),
    guards.digest_is_of_content("catalogue_publisheddefinition", "digest", "content"),
    migrations.RunSQL(PUBLISHED_IS_WHAT_WAS_DRAFTED, DROP_PUBLISHED_IS_WHAT_WAS_DRAFTED),
]
