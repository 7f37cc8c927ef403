"""Client of AiREC's API by key. Its models are generated from the OpenAPI document."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from .generated.models.batch_results import BatchResults
from .generated.models.interactions_received import InteractionsReceived
from .generated.models.items_deleted import ItemsDeleted
from .generated.models.items_put import ItemsPut
from .generated.models.list_columns_response_200 import ListColumnsResponse200
from .generated.models.list_items_response_200 import ListItemsResponse200
from .generated.models.merge_visitor_response_200 import MergeVisitorResponse200
from .generated.models.popular_items import PopularItems
from .generated.models.recommendations import Recommendations
from .generated.models.trending_items import TrendingItems
from .sending import send


class Airec:
    """A client of the webhooks service at `base_url`, with an API key.

    `timeout` is the time limit of a call with its `retries`, in seconds. Methods return models of
    the responses. A refused call raises AirecError, a call without a response in time an
    httpx.TransportError. Responses 429 and 503, and connections that fail, are retried after
    Retry-After or a growing pause.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str,
        timeout: float = 10,
        retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._retries = retries
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"), headers={"x-api-key": key}, transport=transport
        )

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def __enter__(self) -> "Airec":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def recommend(self, *, project_id: int, **request: Any) -> Recommendations:
        """Recommendations for a user, a visitor's history, or an item."""
        return Recommendations.from_dict(
            self._post("/api/recommend", {"project_id": project_id, **request})
        )

    def recommend_batch(
        self, *, project_id: int, users: Iterable[str | int], **request: Any
    ) -> BatchResults:
        """One list for each of up to 1,000 users."""
        body = {"project_id": project_id, "users": list(users), **request}
        return BatchResults.from_dict(self._post("/api/recommend/batch", body))

    def similar_items(self, *, project_id: int, **request: Any) -> Recommendations:
        """The items most similar to an item, named by item_id or item_title."""
        return self.recommend(project_id=project_id, **request)

    def popular_items(self, *, project_id: int, limit: int | None = None) -> PopularItems:
        """The items that most users liked."""
        return PopularItems.from_dict(
            self._get("/api/popular", {"project_id": project_id, "limit": limit})
        )

    def trending_items(self, *, project_id: int, limit: int | None = None) -> TrendingItems:
        """The items with most live events lately."""
        return TrendingItems.from_dict(
            self._get("/api/trending", {"project_id": project_id, "limit": limit})
        )

    def items(self, *, project_id: int, **query: Any) -> ListItemsResponse200:
        """A page of the catalogue, or one item by its item_id."""
        return ListItemsResponse200.from_dict(
            self._get("/api/items", {"project_id": project_id, **query})
        )

    def put_items(self, *, project_id: int, items: Iterable[Mapping[str, Any]]) -> ItemsPut:
        """Adds up to 1,000 items and changes their titles and columns, without a training."""
        body = {"project_id": project_id, "items": [dict(item) for item in items]}
        return ItemsPut.from_dict(self._send("PUT", "/api/items", body=body))

    def delete_items(self, *, project_id: int, item_ids: Iterable[str | int]) -> ItemsDeleted:
        """Deletes up to 1,000 items, without a training."""
        body = {"project_id": project_id, "item_ids": list(item_ids)}
        return ItemsDeleted.from_dict(self._send("DELETE", "/api/items", body=body))

    def columns(self, *, project_id: int) -> ListColumnsResponse200:
        """The filterable columns with their values."""
        return ListColumnsResponse200.from_dict(
            self._get("/api/columns", {"project_id": project_id})
        )

    def send_events(
        self, *, project_id: int, events: Iterable[Mapping[str, Any]], **request: Any
    ) -> InteractionsReceived:
        """Sends live events. Events without an id get one, so that a retry counts none twice."""
        rows = [{"id": str(uuid.uuid4()), **event} for event in events]
        body = {"project_id": project_id, "events": rows, **request}
        return InteractionsReceived.from_dict(self._post("/api/interactions", body))

    def merge_visitor(
        self, *, project_id: int, anonymous_id: str, user_id: str | int
    ) -> MergeVisitorResponse200:
        """Merges an anonymous visitor into a user, for example at sign-in."""
        body = {"project_id": project_id, "from": anonymous_id, "into": user_id}
        return MergeVisitorResponse200.from_dict(self._post("/api/users/merge", body))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("POST", path, body=body)

    def _get(self, path: str, query: dict[str, Any]) -> Any:
        return self._send(
            "GET", path, query={k: v for k, v in query.items() if v is not None}
        )

    def _send(self, method: str, path: str, **parts: Any) -> Any:
        return send(
            self._client, method, path, timeout=self._timeout, retries=self._retries, **parts
        )
