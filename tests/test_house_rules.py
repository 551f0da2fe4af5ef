"""The rules of the house that a linter doesn't know. Each says what to do when it is broken."""

import ast
import json
import re
from pathlib import Path

import pytest

from cqrs.definitions import load

from .house import addresses
from .house.sources import (
    PORTAL,
    ROOT,
    SOURCE,
    actions,
    files,
    functions,
    lines_with,
    name,
    tree,
    under,
)

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 70
TEMPLATES = PORTAL / "web" / "templates"
STATIC = PORTAL / "web" / "static" / "app"
MONEY = (
    SOURCE / "values.py",
    SOURCE / "calculation",
    SOURCE / "exchange",
    PORTAL / "claims",
    PORTAL / "payments",
)


def nothing(found: list[str], what_to_do: str) -> None:
    """Fail with every place found and what to do about it."""
    assert not found, "\n".join([what_to_do, *found])


# Size and words ----------------------------------------------------------------------------------


def test_files_stay_small() -> None:
    long = [
        f"{name(path)}: {lines} lines"
        for path in files(".py", ".jinja", ".html", ".js")
        if path.parent.name != "migrations"  # Django writes them from the models
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES_OF_A_FILE
    ]
    nothing(long, f"A file has at most {MOST_LINES_OF_A_FILE} lines: find the second idea in it.")


def test_functions_stay_small() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in files(".py")
        for node in functions(path)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    nothing(long, f"A function has at most {MOST_LINES_OF_A_FUNCTION} lines: name its parts.")


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for path in files(".py")
        if path.read_text(encoding="utf-8").strip()
        and "migrations" not in path.parts
        and not ast.get_docstring(tree(path))
    ]
    nothing(silent, "A module begins with one sentence that says what it is for.")


def test_nothing_is_left_for_later_and_every_exception_has_a_reason() -> None:
    own = Path(__file__)
    code = tuple(path for path in files(".py", ".jinja", ".js", ".css", ".sh") if path != own)
    later = lines_with(code, "TODO", "FIXME", "XXX", "NotImplementedError", "mark.xfail")
    nothing(later, "Finish it, or leave it out: nothing waits in the code.")
    excused = re.compile(r"(type: ignore(\[[\w, -]+\])?|noqa(: [A-Z0-9, ]+)?)\s*(# ?|- ?|\()\S")
    bare = [
        line
        for line in lines_with(under(SOURCE, ".py"), "type: ignore", "noqa")
        if not excused.search(line)
    ]
    nothing(bare, "Say after `type: ignore[...]` or `noqa: ...` why it must be: `# because …`.")


# Money, time and data ----------------------------------------------------------------------------


def test_no_float_comes_near_money() -> None:
    found = [
        f"{name(path)}:{node.lineno}: {ast.unparse(node)}"
        for folder in MONEY
        for path in under(folder, ".py")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in ("FloatField", "fsum", "float64"))
    ]
    nothing(found, "Money is whole pence and exact fractions: use int, Fraction or Decimal text.")


def test_only_values_asks_for_the_time() -> None:
    asks = re.compile(r"(datetime|date|timezone)\.(now|today|utcnow)\(|time\.time\(|auto_now")
    found = [
        line
        for line in lines_with(under(SOURCE, ".py"), "now", "today", "time.time")
        if asks.search(line) and not line.startswith(name(SOURCE / "values.py"))
    ]
    nothing(found, "Ask `cqrs.values.clock`: a movable date and every test depend on it.")


def test_rooms_are_not_wired_by_signals() -> None:
    found = lines_with(under(PORTAL, ".py"), "django.dispatch", "models.signals", "@receiver")
    nothing(found, "Call the action: what happens must stand where it is done.")


@pytest.mark.parametrize("service", load.all_services())
def test_every_definition_loads_and_is_owned_and_has_examples(service: str) -> None:
    definition = load.load(service)
    folder = SOURCE / "services" / service
    assert definition.owner, f"{service} needs an owner"
    assert definition.reference, f"{service} needs a reference to its rules"
    assert definition.reviewed, f"{service} needs the date of its last review"
    examples = folder / "examples.yaml"
    assert examples.exists(), f"{name(folder)} needs an examples.yaml a finance officer can check"
    assert examples.stat().st_size > 0, f"{name(examples)} is empty"


# Actions and pages -------------------------------------------------------------------------------

RECORDED_BY = {
    # Moving claims along the road of payment is one deed with the run that causes it.
    "claims.schedule": "payments.build_run",
    "claims.unschedule": "payments.cancel_run",
    "claims.send": "payments.release_run",
    # A merger, split or closure is one deed in several rooms.
    "organisations.succeed": "mergers.agree",
    "accounts.hand_over": "mergers.agree",
    "catalogue.hand_over": "mergers.agree",
}


BEFORE_AUDIT = "messages"
"""The one room before audit, so that it can't record: what it writes follows from deeds that are
recorded, or comes through accounts.actions, which asks who acts and records it. The next test
holds that doors call the rest only to tell, to send, and to mark one's own notices as read."""
DOORS_CALL = {
    "jobs": {
        # What queues and sends: of deeds that are in the trail already, and how it went.
        "post", "post_all", "told", "advance", "make_digests",
        "abandoned", "claim_next", "hand_over", "confirm", "postpone", "doubt",
    },
    # That somebody read a notice of their own is no deed anybody asks about later.
    "web": {"mark_read", "mark_all_read"},
}  # fmt: skip


def test_messages_are_written_by_who_records_it_or_only_told_sent_and_read() -> None:
    wrong = []
    for path in under(PORTAL, ".py"):
        place = path.relative_to(PORTAL).as_posix()
        room = place.partition("/")[0]
        if room == BEFORE_AUDIT or place.startswith("accounts/actions/"):
            continue
        called = _called_of(path, "cqrs.portal.messages")
        wrong += [f"{place} calls {one}" for one in sorted(called - DOORS_CALL.get(room, set()))]
    nothing(wrong, "Write messages through accounts.actions, which records who did it.")


def _called_of(path: Path, room: str) -> set[str]:
    """Public functions of a room's actions that a file calls, under whatever name it has them."""
    modules, own = set(), set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(room):
            for one in node.names:
                if node.module == room and one.name == "actions":
                    modules.add(one.asname or one.name)
                elif (node.module or "").startswith(f"{room}.actions") and one.name.islower():
                    own.add(one.name)
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    return own | {
        one.attr
        for one in calls
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id in modules
    }


RECORD_THEMSELVES = {
    # In the trail's own room the action is called by its bare name.
    "audit.refuse": "calls record",
    "audit.take_out": "calls record",
    "audit.seal_views": "calls record",
    # A page takes no lock of the chain: audit.seal_views records each person's day of views.
    "audit.view": "sealed by seal_views",
}


def test_every_action_names_its_actor() -> None:
    without = [
        action.name
        for action in actions()
        if action.room != BEFORE_AUDIT
        and "actor" not in [argument.arg for argument in action.function.args.kwonlyargs]
    ]
    nothing(without, "An action takes `*, actor` as keyword: nobody acts anonymously.")


def test_actions_take_keywords_only() -> None:
    positional = [
        action.name
        for action in actions()
        if action.function.args.args or action.function.args.posonlyargs
    ]
    nothing(positional, "Put `*` first: two ids in the wrong order must not be possible.")


def test_every_action_is_recorded_in_the_audit_trail() -> None:
    known = {action.name: action for action in actions()}
    silent = [
        action.name
        for action in known.values()
        if action.room != BEFORE_AUDIT
        and "audit.record" not in known[RECORDED_BY.get(action.name, action.name)].calls
        and action.name not in ("audit.record", *RECORD_THEMSELVES)
    ]
    nothing(silent, "An action ends with audit.record(...), in the same transaction.")
    wrong = [
        f"{inner} isn't called by {outer}"
        for inner, outer in RECORDED_BY.items()
        if inner not in known or inner not in known[outer].calls
    ]
    nothing(wrong, "RECORDED_BY names an action that no longer needs it.")


def test_every_address_is_in_the_list_with_who_may() -> None:
    served, listed = addresses.served(), addresses.listed()
    missing = [str(route) for route in served.values() if route.name not in listed]
    nothing(missing, "Add to tests/routes.txt, and say who may:")
    gone = [str(route) for route in listed.values() if route.name not in served]
    nothing(gone, "Take out of tests/routes.txt, nobody serves it:")
    moved = [
        f"{route} is served at /{served[route.name].path}"
        for route in listed.values()
        if route.path != served[route.name].path
    ]
    nothing(moved, "Correct the path in tests/routes.txt:")


def test_only_addresses_listed_for_anyone_open_without_signing_in() -> None:
    served = addresses.served()
    wrong = [
        f"{route} is served to {served[route.name].who}"
        for route in addresses.listed().values()
        if (route.who == addresses.ANYONE) != (served[route.name].who == addresses.ANYONE)
    ]
    nothing(wrong, "The list and login_not_required disagree:")


def test_the_list_of_addresses_names_real_permissions() -> None:
    from cqrs.portal.accounts.permissions import Permission

    unknown = [
        str(route)
        for route in addresses.listed().values()
        for permission in route.permissions
        if permission not in set(Permission)
    ]
    nothing(unknown, "Use values of accounts.permissions.Permission:")


def test_pages_need_no_inline_style_or_script_and_nothing_from_elsewhere() -> None:
    pages = (*under(TEMPLATES, ".jinja", ".html"), *under(STATIC, ".css", ".js"))
    inline = re.compile(
        r"""\sstyle=["']|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|url\(["']?//"""
    )
    found = [
        line for line in lines_with(pages, "style", "script", "on", "//") if inline.search(line)
    ]
    nothing(
        found, "Pages work under style-src 'self' and script-src 'self': use a class or a file."
    )
    remote = [line for line in lines_with(pages, "http://", "https://") if "xmlns" not in line]
    nothing(remote, "Pages load nothing and name no address from elsewhere.")


# Documents and what the project is built from -----------------------------------------------------


def test_every_picture_in_the_documents_exists_and_every_screenshot_is_used() -> None:
    used: set[Path] = set()
    broken = []
    for page in files(".md"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)|<img[^>]*src=\"([^\"]+)", text):
            picture = (page.parent / (target[0] or target[1])).resolve()
            used.add(picture)
            if not picture.exists():
                broken.append(f"{name(page)}: {target[0] or target[1]}")
    nothing(broken, "A document shows a picture that isn't there:")
    unused = [
        name(picture)
        for picture in files(".png", ".jpg", ".svg")
        if "docs" in picture.parts and picture not in used
    ]
    nothing(unused, "Show it in a document or delete it:")


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{name(page)}: {target}"
        for page in files(".md")
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    nothing(broken, "A document links to what isn't there:")


def test_requirements_are_pinned_with_hashes_and_name_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, f"{name(path)} names an address: use `make lock`"
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert "==" in block, f"{name(path)} doesn't pin: {block[:60]}"
            assert "--hash=sha256:" in block, f"{name(path)} has no hash for: {block[:60]}"
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wrong = [key for key, package in lock["packages"].items() if "resolved" in package]
    nothing(wrong, "package-lock.json names download addresses: .npmrc must leave them out.")
