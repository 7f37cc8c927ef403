"""One call with its retries and time limit."""

import random
import time
from typing import Any

import httpx

from .generated.models.problem import Problem

# Statuses by which the service says that it did nothing and asks for another attempt.
RETRIED = (429, 503)
# First pause between attempts in seconds, which doubles with each.
PAUSE = 0.2


class AirecError(Exception):
    """A call that the API refused, with the problem document (RFC 9457) that says why."""

    def __init__(self, status: int, problem: Problem | None) -> None:
        super().__init__(
            problem.detail if problem else f"The response has status {status} and no description."
        )
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str | None:
        """Stable code of the reason, such as "invalid_input"."""
        return str(self.problem.code) if self.problem else None


def send(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    timeout: float,
    retries: int,
    body: dict[str, Any] | None = None,
    query: dict[str, Any] | None = None,
) -> Any:
    """Sends a request and returns the JSON of its response.

    Raises AirecError for a status of 400 or more, and httpx.TransportError without a response
    within `timeout` seconds for all attempts together.
    """
    end = time.monotonic() + timeout
    attempt = 0
    while True:
        response = None
        left = max(end - time.monotonic(), 0.001)
        pause = PAUSE * 2**attempt * (0.5 + random.random())
        try:
            response = client.request(method, path, json=body, params=query, timeout=left)
        except httpx.TransportError:
            if attempt >= retries or time.monotonic() + pause >= end:
                raise
        if response is not None:
            if response.is_success:
                return response.json()
            asked = response.headers.get("retry-after", "")
            pause = float(asked) if asked.isdecimal() else pause
            is_retried = response.status_code in RETRIED and attempt < retries
            if not is_retried or time.monotonic() + pause >= end:
                raise AirecError(response.status_code, _problem_of(response))
        time.sleep(pause)
        attempt += 1


def _problem_of(response: httpx.Response) -> Problem | None:
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    return Problem.from_dict(response.json())
