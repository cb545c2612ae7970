"""Who asks: the caller whom the test made, and somebody new where the call ends the caller. Loaded by schemathesis."""

import json
import os
import uuid

import requests
import schemathesis
from hypothesis import strategies as st

URL = os.environ["API_URL"]
TOKEN = os.environ["API_TOKEN"]

# The operations that end their caller's sessions, each with what it does. All other calls would answer 401 afterwards.
ENDING = {
    "DELETE /api/v1/sessions": "signs out everywhere",
    "DELETE /api/v1/sessions/{sessionId}": "signs out, with current or an id from the list of sessions",
    "PUT /api/v1/accounts/me/password": "ends every session but the one that it answers",
    "DELETE /api/v1/accounts/me": "erases the account",
}

def export_of(room):
    """A file that an import takes."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = requests.get(f"{URL}/api/v1/rooms/{room}/export", headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.content


# A file of one JSON object a line, for operations that take one: a room that was exported, or lines that mean nothing.
schemathesis.openapi.media_type(
    "application/x-ndjson",
    st.just(export_of("private"))
    | st.lists(st.dictionaries(st.text(), st.text() | st.integers()), max_size=3).map(
        lambda lines: "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    ),
)


class Bearer:
    """Sends a token, and nothing where a check wants to know what a call without one is answered."""

    def set(self, case, data, ctx):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.auth(refresh_interval=None).skip_for(name=list(ENDING))
class Caller(Bearer):
    def get(self, case, ctx):
        return TOKEN


@schemathesis.auth(refresh_interval=None).apply_to(name=list(ENDING))
class SomebodyNew(Bearer):
    """An account that serves until it was ended: each costs the server a password hash."""

    token = None

    def get(self, case, ctx):
        if SomebodyNew.token is None:
            account = {"name": uuid.uuid4().hex, "password": "correct horse"}
            answer = requests.post(f"{URL}/api/v1/accounts", json=account, timeout=10)
            answer.raise_for_status()
            SomebodyNew.token = answer.json()["token"]
        return SomebodyNew.token


@schemathesis.hook
def after_call(ctx, case, response):
    if case.operation.label in ENDING and response.status_code < 300:
        SomebodyNew.token = None
