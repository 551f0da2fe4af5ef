"""People at the portal, for locust: signing in within a minute, and reading a long work queue.

Read by benchmarks/portal_load.py, which starts the portal on this machine and names the people.
Settings come by environment: LOAD_PEOPLE (how many accounts there are), LOAD_PASSWORD, LOAD_WHAT
("sign_in" or "queue"). Traffic goes to the loopback address only.
"""

import itertools
import os
import random
import re

import gevent
from locust import HttpUser, between, events, task
from locust.exception import StopUser

PEOPLE = int(os.environ["LOAD_PEOPLE"])
PASSWORD = os.environ["LOAD_PASSWORD"]
WHAT = os.environ["LOAD_WHAT"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NUMBERS = itertools.count()
AN_HOUR = 3600


@events.init.add_listener
def loopback_only(environment, **_):
    """Refuse to send traffic anywhere but to this machine."""
    if not environment.host.startswith("http://127.0.0.1:"):
        raise SystemExit(f"{environment.host} is not this machine")


class Person(HttpUser):
    """Somebody who signs in, and then reads the queue as a person does: a page every 5 seconds."""

    wait_time = between(4, 6)

    def on_start(self):
        """Sign in with an account of one's own."""
        number = next(NUMBERS) % PEOPLE
        page = self.client.get("/sign-in/", name="sign-in page")
        found = TOKEN.search(page.text)
        answer = self.client.post(
            "/sign-in/",
            {
                "csrfmiddlewaretoken": found.group(1) if found else "",
                "login": f"load{number}@portal.example",
                "password": PASSWORD,
            },
            headers={"Referer": f"{self.host}/sign-in/"},
            name="sign in",
            allow_redirects=False,
        )
        if answer.status_code != 302:
            events.request.fire(
                request_type="POST", name="sign in", response_time=0, response_length=0,
                exception=RuntimeError(f"not signed in: {answer.status_code}"), context={},
            )  # fmt: skip
            raise StopUser
        if WHAT == "sign_in":
            self.client.get("/", name="home")

    @task
    def read(self):
        """One of the first pages of the queue, or a filtered one."""
        if WHAT == "sign_in":
            gevent.sleep(AN_HOUR)  # a person who stops is started again as another
        asked = random.choice(  # noqa: S311 - which page a reader opens
            ["", "?page=2", "?page=7", "?sort=most", "?sort=name", "?state=all&page=40"]
        )
        self.client.get(f"/queue/{asked}", name="work queue")
