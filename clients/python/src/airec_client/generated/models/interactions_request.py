from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.interactions_request_events_item import InteractionsRequestEventsItem





T = TypeVar("T", bound="InteractionsRequest")



@_attrs_define
class InteractionsRequest:
    """ 
        Attributes:
            project_id (int):  Example: 7.
            events (list[InteractionsRequestEventsItem]):
            user_id (float | None | str | Unset):
            user_token (None | str | Unset): Proves a user_id for a publishable key: exp.HMAC-SHA-256(identity secret, JSON
                [project_id, user_id, exp]), at most 24 hours ahead.
            anonymous_id (float | None | str | Unset): A visitor who is not signed in; from a page a random UUID (version
                4). With a user_id, its events so far become the user's.
            sent_at (float | None | str | Unset): Time of the call by the sender's clock: each at is moved by the
                difference.
     """

    project_id: int
    events: list[InteractionsRequestEventsItem]
    user_id: float | None | str | Unset = UNSET
    user_token: None | str | Unset = UNSET
    anonymous_id: float | None | str | Unset = UNSET
    sent_at: float | None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.interactions_request_events_item import InteractionsRequestEventsItem # noqa: PLC0415
        project_id = self.project_id

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)



        user_id: float | None | str | Unset
        if isinstance(self.user_id, Unset):
            user_id = UNSET
        else:
            user_id = self.user_id

        user_token: None | str | Unset
        if isinstance(self.user_token, Unset):
            user_token = UNSET
        else:
            user_token = self.user_token

        anonymous_id: float | None | str | Unset
        if isinstance(self.anonymous_id, Unset):
            anonymous_id = UNSET
        else:
            anonymous_id = self.anonymous_id

        sent_at: float | None | str | Unset
        if isinstance(self.sent_at, Unset):
            sent_at = UNSET
        else:
            sent_at = self.sent_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "project_id": project_id,
            "events": events,
        })
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if user_token is not UNSET:
            field_dict["user_token"] = user_token
        if anonymous_id is not UNSET:
            field_dict["anonymous_id"] = anonymous_id
        if sent_at is not UNSET:
            field_dict["sent_at"] = sent_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interactions_request_events_item import InteractionsRequestEventsItem # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        events = []
        _events = d.pop("events")
        for events_item_data in (_events):
            events_item = InteractionsRequestEventsItem.from_dict(events_item_data)



            events.append(events_item)


        def _parse_user_id(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        user_id = _parse_user_id(d.pop("user_id", UNSET))


        def _parse_user_token(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_token = _parse_user_token(d.pop("user_token", UNSET))


        def _parse_anonymous_id(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        anonymous_id = _parse_anonymous_id(d.pop("anonymous_id", UNSET))


        def _parse_sent_at(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        sent_at = _parse_sent_at(d.pop("sent_at", UNSET))


        interactions_request = cls(
            project_id=project_id,
            events=events,
            user_id=user_id,
            user_token=user_token,
            anonymous_id=anonymous_id,
            sent_at=sent_at,
        )

        return interactions_request

