"""Retries and errors of the Python client, run by e2e/contracts/clients_test.ts with the installed wheel."""

import json

import httpx
from airec_client import Airec, AirecError


def client_of(*responses):
    """Returns a client whose calls get these responses in turn, and the requests that it sent."""
    sent, left = [], list(responses)

    def answer(request):
        sent.append(request)
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    transport = httpx.MockTransport(answer)
    return Airec("http://airec.test/", key="a-key", transport=transport), sent


def busy(status):
    return httpx.Response(status, headers={"retry-after": "0"})


RECOMMENDATIONS = {
    "project_id": 7,
    "model_type": "HYBRID",
    "model_version": "1",
    "recommendations": [],
}

airec, sent = client_of(
    busy(503), httpx.ConnectError("refused"), httpx.Response(200, json=RECOMMENDATIONS)
)
assert airec.recommend(project_id=7, user_id="1").recommendations == []
assert len(sent) == 3 and sent[0].headers["x-api-key"] == "a-key"

airec, sent = client_of(busy(429), busy(429), busy(429))
try:
    airec.columns(project_id=7)
    raise AssertionError("not refused")
except AirecError as error:
    assert (error.status, error.code, len(sent)) == (429, None, 3)

airec, sent = client_of(httpx.Response(429, headers={"retry-after": "60"}))
try:
    airec.popular_items(project_id=7)
    raise AssertionError("not refused")
except AirecError as error:
    assert (error.status, len(sent)) == (429, 1)

received = {"accepted": 2, "duplicates": 0, "rejected": []}
airec, sent = client_of(httpx.Response(202, json=received))
airec.send_events(project_id=7, user_id="1", events=[{"type": "view"}, {"id": "own", "type": "view"}])
events = json.loads(sent[0].content)["events"]
assert len(events[0]["id"]) == 36 and events[1]["id"] == "own"
print("ok")
