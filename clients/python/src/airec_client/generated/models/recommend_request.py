from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.recommend_request_filter import RecommendRequestFilter





T = TypeVar("T", bound="RecommendRequest")



@_attrs_define
class RecommendRequest:
    """ 
        Attributes:
            project_id (int):
            item_title (None | str | Unset): Title of the item that the user is viewing.
            item_id (float | None | str | Unset): Id of the item; takes precedence over item_title.
            user_id (float | None | str | Unset): The user; unknown users get popular items.
            user_token (None | str | Unset): Proves a user_id for a publishable key: exp.HMAC-SHA-256(identity secret, JSON
                [project_id, user_id, exp]), at most 24 hours ahead.
            anonymous_id (None | str | Unset): A visitor without an account: a random UUID (version 4) created by the page.
            history (list[Any] | Unset): The visitor's history, oldest first: ids, or {item_id, event_type, rating,
                timestamp, weight}. Replaces user_id.
            limit (int | Unset): Number of items, 1 to 200; 10 by default.
            n (int | Unset): The older name of limit, which takes precedence.
            exclude (list[Any] | Unset): Ids of items to exclude.
            include_seen (bool | Unset): Whether items of the user's history may be recommended, too.
            filter_ (RecommendRequestFilter | Unset): By columns of the items: {genre: "Drama", year: {gte: 1990}}.
            diversity (float | Unset): From 0, by score alone, to 1, as different from each other as possible.
            explain (bool | Unset): Explain the score of each item.
            placement (None | str | Unset): Name of a placement of the project, such as home, item or cart: its rules make
                the list, and results are shown by placement. An unknown one is 404.
            items (list[float | str] | None | Unset): With a placement: the items of the cart, or those to order.
            cursor (None | str | Unset): With a placement: the cursor of the page before, for the next page.
     """

    project_id: int
    item_title: None | str | Unset = UNSET
    item_id: float | None | str | Unset = UNSET
    user_id: float | None | str | Unset = UNSET
    user_token: None | str | Unset = UNSET
    anonymous_id: None | str | Unset = UNSET
    history: list[Any] | Unset = UNSET
    limit: int | Unset = UNSET
    n: int | Unset = UNSET
    exclude: list[Any] | Unset = UNSET
    include_seen: bool | Unset = UNSET
    filter_: RecommendRequestFilter | Unset = UNSET
    diversity: float | Unset = UNSET
    explain: bool | Unset = UNSET
    placement: None | str | Unset = UNSET
    items: list[float | str] | None | Unset = UNSET
    cursor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.recommend_request_filter import RecommendRequestFilter # noqa: PLC0415
        project_id = self.project_id

        item_title: None | str | Unset
        if isinstance(self.item_title, Unset):
            item_title = UNSET
        else:
            item_title = self.item_title

        item_id: float | None | str | Unset
        if isinstance(self.item_id, Unset):
            item_id = UNSET
        else:
            item_id = self.item_id

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

        anonymous_id: None | str | Unset
        if isinstance(self.anonymous_id, Unset):
            anonymous_id = UNSET
        else:
            anonymous_id = self.anonymous_id

        history: list[Any] | Unset = UNSET
        if not isinstance(self.history, Unset):
            history = self.history



        limit = self.limit

        n = self.n

        exclude: list[Any] | Unset = UNSET
        if not isinstance(self.exclude, Unset):
            exclude = self.exclude



        include_seen = self.include_seen

        filter_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filter_, Unset):
            filter_ = self.filter_.to_dict()

        diversity = self.diversity

        explain = self.explain

        placement: None | str | Unset
        if isinstance(self.placement, Unset):
            placement = UNSET
        else:
            placement = self.placement

        items: list[float | str] | None | Unset
        if isinstance(self.items, Unset):
            items = UNSET
        elif isinstance(self.items, list):
            items = []
            for items_type_0_item_data in self.items:
                items_type_0_item: float | str
                items_type_0_item = items_type_0_item_data
                items.append(items_type_0_item)


        else:
            items = self.items

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "project_id": project_id,
        })
        if item_title is not UNSET:
            field_dict["item_title"] = item_title
        if item_id is not UNSET:
            field_dict["item_id"] = item_id
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if user_token is not UNSET:
            field_dict["user_token"] = user_token
        if anonymous_id is not UNSET:
            field_dict["anonymous_id"] = anonymous_id
        if history is not UNSET:
            field_dict["history"] = history
        if limit is not UNSET:
            field_dict["limit"] = limit
        if n is not UNSET:
            field_dict["n"] = n
        if exclude is not UNSET:
            field_dict["exclude"] = exclude
        if include_seen is not UNSET:
            field_dict["include_seen"] = include_seen
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if diversity is not UNSET:
            field_dict["diversity"] = diversity
        if explain is not UNSET:
            field_dict["explain"] = explain
        if placement is not UNSET:
            field_dict["placement"] = placement
        if items is not UNSET:
            field_dict["items"] = items
        if cursor is not UNSET:
            field_dict["cursor"] = cursor

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recommend_request_filter import RecommendRequestFilter # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        def _parse_item_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        item_title = _parse_item_title(d.pop("item_title", UNSET))


        def _parse_item_id(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        item_id = _parse_item_id(d.pop("item_id", UNSET))


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


        def _parse_anonymous_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        anonymous_id = _parse_anonymous_id(d.pop("anonymous_id", UNSET))


        history = cast(list[Any], d.pop("history", UNSET))


        limit = d.pop("limit", UNSET)

        n = d.pop("n", UNSET)

        exclude = cast(list[Any], d.pop("exclude", UNSET))


        include_seen = d.pop("include_seen", UNSET)

        _filter_ = d.pop("filter", UNSET)
        filter_: RecommendRequestFilter | Unset
        if isinstance(_filter_,  Unset):
            filter_ = UNSET
        else:
            filter_ = RecommendRequestFilter.from_dict(_filter_)




        diversity = d.pop("diversity", UNSET)

        explain = d.pop("explain", UNSET)

        def _parse_placement(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        placement = _parse_placement(d.pop("placement", UNSET))


        def _parse_items(data: object) -> list[float | str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                items_type_0 = []
                _items_type_0 = data
                for items_type_0_item_data in (_items_type_0):
                    def _parse_items_type_0_item(data: object) -> float | str:
                        return cast(float | str, data)

                    items_type_0_item = _parse_items_type_0_item(items_type_0_item_data)

                    items_type_0.append(items_type_0_item)

                return items_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float | str] | None | Unset, data)

        items = _parse_items(d.pop("items", UNSET))


        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))


        recommend_request = cls(
            project_id=project_id,
            item_title=item_title,
            item_id=item_id,
            user_id=user_id,
            user_token=user_token,
            anonymous_id=anonymous_id,
            history=history,
            limit=limit,
            n=n,
            exclude=exclude,
            include_seen=include_seen,
            filter_=filter_,
            diversity=diversity,
            explain=explain,
            placement=placement,
            items=items,
            cursor=cursor,
        )


        recommend_request.additional_properties = d
        return recommend_request

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
