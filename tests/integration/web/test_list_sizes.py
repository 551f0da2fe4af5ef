"""List sizes on screen: sent, shown, recorded as shown, once; refused by row; only operators."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cqrs.portal.organisations.models import ListSize, ListUpload
from tests.integration.rooms.road import everything
from tests.integration.web.conftest import SignIn
from tests.integration.web.looking import lines
from tests.integration.web.test_organisations import kept, page, post

WORLD = "england"
DAY = date(2026, 4, 1)
OWN = b"code,registered,weighted,0-64,65+\nA99001,9900,10011.25,8000,1900\nA99002,6100,,,\n"


def send(client: Client, content: bytes, *, name: str = "lists.csv", **data: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return post(client, "lists", list_file=file, on_date="1 April 2026", **data)


def shown_of(html: str) -> str:
    (shown,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', html)
    return str(shown)


def test_a_data_operator_sends_looks_and_records(england: None, sign_in: SignIn) -> None:
    client = sign_in("anita")
    assert reverse("organisations:lists") in client.get("/organisations/").content.decode()
    before = everything()["organisations.ListSize"]
    answer = send(client, OWN)
    upload = ListUpload.objects.get()
    assert answer["Location"] == reverse("organisations:lists-check", args=[upload.pk])
    told = page(client, "lists-check", upload.pk)
    assert "lists.csv: list sizes of 1 April 2026. Sent by Anita Shah on 12 May 2026" in told
    assert "Larkfield Road Surgery (A99001): 9,900" in told
    assert "Record 2 list sizes" in told
    assert everything()["organisations.ListSize"] == before, "nothing changes by looking"
    shown = shown_of(client.get(answer["Location"]).content.decode())
    assert post(client, "lists-check", upload.pk, shown=shown).status_code == 302
    told = page(client, "lists-check", upload.pk)
    assert "2 list sizes recorded." in told
    assert "Anita Shah recorded it on 12 May 2026" in told
    size = ListSize.objects.get(organisation__code="A99001", on_date=DAY)
    assert (size.registered, size.age_bands) == (9900, {"0-64": 8000, "65+": 1900})
    assert "lists.csv , list sizes of 1 April 2026, by Anita Shah" in page(client, "lists")
    again = lines(client.get(send(client, OWN)["Location"]))
    assert "Nothing changed. 2 list sizes in the file are recorded already." in again
    assert "Record " not in again
    corrected = (
        OWN.replace(b",9900", b",9910").replace(b"6100,", b"6100,6000,").replace(b",,,", b",,")
    )
    told = lines(client.get(send(client, corrected)["Location"]))
    assert "Larkfield Road Surgery (A99001): 9,900 → 9,910" in told
    assert "Quayside Surgery (A99002): 6,100, other weighted list" in told


def test_a_file_with_errors_says_what_to_correct_and_offers_no_button(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    answer = send(client, b"code,registered\nA99001,many\nA99777,5\n")
    told = lines(client.get(answer["Location"]))
    assert "2 things in the file must be corrected before it can be recorded" in told
    assert "lists.csv, row 2 registered 'many' is not a number of patients." in told
    assert "lists.csv, row 3 code A99777 is not known here." in told
    assert "leave out rows that are not known" in told
    assert "Record " not in told
    before = everything()
    refused = post(client, "lists-check", ListUpload.objects.get().pk, shown="0" * 64)
    assert refused.status_code == 409
    assert "can\u2019t be recorded" in lines(refused).replace("'", "\u2019")
    assert everything() == before


def test_rows_that_are_not_known_and_estimated_ages_are_left_out_by_name(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    content = b"PRACTICE_CODE,TOTAL,16OV\nA99001,9900,8000.5\nA99777,5,4\n"
    answer = send(client, content, unknown="leave-out")
    told = lines(client.get(answer["Location"]))
    assert "Not known here, left out A99777, row 3: 5" in told
    assert "For these practices the total counts and no ages are kept. A99001, row 2: 16OV" in told
    assert "Record 1 list size" in told


def test_a_difference_that_moved_is_shown_again_and_not_recorded(
    england: None, sign_in: SignIn
) -> None:
    client = sign_in("anita")
    send(client, OWN)
    before = everything()
    answer = post(client, "lists-check", ListUpload.objects.get().pk, shown="0" * 64)
    assert answer.status_code == 409
    assert "no longer what you were shown" in lines(answer)
    assert everything() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"on_date": "1 April 2026"}, "Select a file"),
        (
            {"list_file": SimpleUploadedFile("a.csv", b"x"), "on_date": ""},
            "Enter the day of which the list sizes are",
        ),
        (
            {"list_file": SimpleUploadedFile("a.csv", b""), "on_date": "1 April 2026"},
            "The file is empty",
        ),
    ],
)
def test_a_form_without_what_it_needs_says_so(
    england: None, sign_in: SignIn, data: dict[str, Any], words: str
) -> None:
    client = sign_in("anita")
    before = everything()
    answer = post(client, "lists", **data)
    assert answer.status_code == 409
    assert "There is a problem" in lines(answer)
    assert words in lines(answer)
    assert everything() == before


@pytest.mark.parametrize("who", ["helen", "priya", "tom"])
def test_others_neither_see_nor_send_list_sizes(england: None, sign_in: SignIn, who: str) -> None:
    send(sign_in("anita"), OWN)
    client, number = sign_in(who), ListUpload.objects.get().pk
    before = kept()
    assert page(client, "lists", status=403)
    assert page(client, "lists-check", number, status=403)
    assert send(client, OWN).status_code == 403
    assert post(client, "lists-check", number, shown="0" * 64).status_code == 403
    assert kept() == before
