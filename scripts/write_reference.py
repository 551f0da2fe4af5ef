"""Write docs/reference from the code, so that it can't say anything else: rules, commands, road.

python -m scripts.write_reference           write the pages
python -m scripts.write_reference --check   say which pages differ, and end with 1
"""

import os
import sys
from pathlib import Path

from scripts import reference_pages
from scripts.reference_pages import block, said

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference"
MADE = "<!-- Made from the code by `make reference`. Change the code, not this page. -->\n\n"
COMMANDS = (
    "check", "describe", "calculate", "explain", "diff", "replay", "forecast", "what-if",
    "import ods", "demo", "serve",
)  # fmt: skip


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        **reference_pages.overview(),
        **reference_pages.services(),
        **reference_pages.kinds(),
        "commands.md": commands(),
        "claim-states.md": states(),
        "roles.md": roles(),
    }


def commands() -> str:
    """What each command takes."""
    parts = ["# Commands", block(said("--help"))]
    for name in COMMANDS:
        parts += [f"## cqrs {name}", block(said(*name.split(), "--help"))]
    return "\n\n".join(parts)


def states() -> str:
    """The states of a claim in the order of the road."""
    from cqrs.portal.claims.states import RETURN_REASONS, STATES

    rows = ["| state | shown as | whose turn | what may be done |", "|---|---|---|---|"]
    for state in STATES.values():
        acts = ", ".join(act.replace("_", "-") for act in state.actions) or "nothing"
        rows.append(f"| `{state.code}` | {state.label} | {state.owner} | {acts} |")
    reasons = "\n".join(f"- {words}" for words in RETURN_REASONS.values())
    table = "\n".join(rows)
    return f"# States of a claim\n\n{table}\n\n## Reasons of a return\n\n{reasons}"


def roles() -> str:
    """What each role may do, how far it reaches, and who may give it to whom."""
    from cqrs.portal.accounts.permissions import Permission, Reach
    from cqrs.portal.accounts.roles import ROLES

    rows = [
        "| role | what it is for | own | members | area | nation |",
        "|---|---|---|---|---|---|",
    ]
    for role in ROLES.values():
        cells = [
            ", ".join(f"`{p}`" for p, far in sorted(role.reach.items()) if far == reach)
            for reach in Reach
        ]
        second = " Needs a second factor." if role.needs_second_factor else ""
        rows.append(f"| {role.name} | {role.description}{second} | {' | '.join(cells)} |")
    given = ["| role | may give | at |", "|---|---|---|"]
    for role in ROLES.values():
        if role.grants:
            names = ", ".join(ROLES[code].name for code in role.grants)
            far = role.reach.get(Permission.MANAGE_USERS, role.reach.get(Permission.APPROVE_ACCESS))
            given.append(f"| {role.name} | {names} | {far} |")
    return (
        "# Roles\n\nA permission goes as far as its column says from the organisation of the grant:"
        " the organisation itself, a network and its members, everything beneath a commissioner, or"
        " the nation. A grant may be limited to a cluster of providers and to services.\n\n"
        + "\n".join(rows)
        + "\n\n## Who reads what happened\n\n"
        "`audit.trail` reads everything that concerns the organisations it reaches,"
        " `audit.sign_ins` people, roles and sign-ins there, `audit.read` the whole trail with its"
        " seals. Their sentences carry no pounds. The help desk's own trail is `audit.sign_ins`:"
        " unlocking, invitations and views as somebody are events of people. Data entry, rule"
        " authors and publishers, data operators, payment operators and releasers have none of the"
        " three: what they did stands on the pages of their work (who sent counts, who drafted and"
        " published, who built and released), and a trail of claims, where people type reasons,"
        " would show them more than their work. An auditor reads the rest for them."
        + "\n\n## Who may give which role\n\nNobody gives a role to themselves, nor beyond the"
        " organisations, cluster and services of their own grant.\n\n"
        + "\n".join(given)
        + "\n\n## Duties apart\n\nOne person never does both, on the same thing.\n\n"
        + "\n".join(_duties())
    )


def _duties() -> list[str]:
    from cqrs.portal.accounts.duties import APART

    rows = ["| first | second | on |", "|---|---|---|"]
    for rule in APART:
        words = (str(duty).replace("_", "-") for duty in (rule.first, rule.second))
        rows.append(f"| {' | '.join(words)} | {rule.on} |")
    return [
        *rows,
        "",
        "Who sends counts may declare them in a one-step practice, and not in a two-step one, nor "
        "where a commissioner sent them.",
    ]


def index(made: dict[str, str]) -> str:
    """The list of the pages under their titles, services apart: their own page lists them."""
    titles = {name: text.split("\n")[0].removeprefix("# ") for name, text in made.items()}
    kinds = sorted(name for name in made if name.startswith("kind-"))
    first = ["services.md", "commands.md", "claim-states.md", "roles.md"]
    parts = ["# Reference", "Made from the code, so it is what the code does."]
    parts.append("\n".join(f"- [{titles[name]}]({name})" for name in first))
    parts += ["## Kinds of payment", "\n".join(f"- [{titles[name]}]({name})" for name in kinds)]
    left = sorted(set(made) - set(kinds) - set(first))
    parts += ["## Services and years", "\n".join(f"- [{titles[name]}]({name})" for name in left)]
    return "\n\n".join(parts)


def main() -> int:
    """Write the pages, or compare them."""
    os.environ.setdefault("CQRS_NO_DATABASE", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cqrs.portal.config.settings")
    import django

    django.setup()
    made = pages()
    made["README.md"] = index(made)
    texts = {name: f"{MADE}{text}\n" for name, text in made.items()}
    there = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.md")}
    # A page written by hand may stand beside the made ones.
    there = {name: text for name, text in there.items() if name in texts or text[:20] == MADE[:20]}
    different = sorted(n for n in {*texts, *there} if texts.get(n) != there.get(n))
    if "--check" in sys.argv:
        # Python lays out help texts a little differently in each version.
        different = [name for name in different if name != "commands.md"]
        for name in different:
            print(f"docs/reference/{name} is not what the code says: run `make reference`")
        return 1 if different else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in different:
        if name in texts:
            (TARGET / name).write_text(texts[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()
    print(f"docs/reference: {len(texts)} pages, {len(different)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
