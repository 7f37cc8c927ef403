from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.interactions_request_events_item_products_item import InteractionsRequestEventsItemProductsItem





T = TypeVar("T", bound="InteractionsRequestEventsItem")



@_attrs_define
class InteractionsRequestEventsItem:
    """ 
        Attributes:
            type_ (str): impression, click, view, cart, purchase, like, rating, dislike, hide or retract, a name of Segment
                or GA4 for the same, or up to 100 others, and 20 more from pages.
            id (str | Unset): Chosen by the sender, best a UUIDv7: a repeat within 7 days is a duplicate.
            item_id (float | str | Unset):
            products (list[InteractionsRequestEventsItemProductsItem] | Unset): Instead of item_id: the products of an
                order, as Segment names them; items as in GA4.
            at (float | str | Unset): ISO 8601, or seconds or milliseconds since 1970; by default the time of the call.
            value (float | Unset): Revenue, or the rating of an event of type rating.
            recommendation_id (str | Unset): Of the list that the event followed.
            position (int | Unset): Of the item in the list, from 0.
            placement (str | Unset): Place where the list was shown.
     """

    type_: str
    id: str | Unset = UNSET
    item_id: float | str | Unset = UNSET
    products: list[InteractionsRequestEventsItemProductsItem] | Unset = UNSET
    at: float | str | Unset = UNSET
    value: float | Unset = UNSET
    recommendation_id: str | Unset = UNSET
    position: int | Unset = UNSET
    placement: str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.interactions_request_events_item_products_item import InteractionsRequestEventsItemProductsItem # noqa: PLC0415
        type_ = self.type_

        id = self.id

        item_id: float | str | Unset
        if isinstance(self.item_id, Unset):
            item_id = UNSET
        else:
            item_id = self.item_id

        products: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.products, Unset):
            products = []
            for products_item_data in self.products:
                products_item = products_item_data.to_dict()
                products.append(products_item)



        at: float | str | Unset
        if isinstance(self.at, Unset):
            at = UNSET
        else:
            at = self.at

        value = self.value

        recommendation_id = self.recommendation_id

        position = self.position

        placement = self.placement


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "type": type_,
        })
        if id is not UNSET:
            field_dict["id"] = id
        if item_id is not UNSET:
            field_dict["item_id"] = item_id
        if products is not UNSET:
            field_dict["products"] = products
        if at is not UNSET:
            field_dict["at"] = at
        if value is not UNSET:
            field_dict["value"] = value
        if recommendation_id is not UNSET:
            field_dict["recommendation_id"] = recommendation_id
        if position is not UNSET:
            field_dict["position"] = position
        if placement is not UNSET:
            field_dict["placement"] = placement

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interactions_request_events_item_products_item import InteractionsRequestEventsItemProductsItem # noqa: PLC0415
        d = dict(src_dict)
        type_ = d.pop("type")

        id = d.pop("id", UNSET)

        def _parse_item_id(data: object) -> float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(float | str | Unset, data)

        item_id = _parse_item_id(d.pop("item_id", UNSET))


        _products = d.pop("products", UNSET)
        products: list[InteractionsRequestEventsItemProductsItem] | Unset = UNSET
        if _products is not UNSET:
            products = []
            for products_item_data in _products:
                products_item = InteractionsRequestEventsItemProductsItem.from_dict(products_item_data)



                products.append(products_item)


        def _parse_at(data: object) -> float | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(float | str | Unset, data)

        at = _parse_at(d.pop("at", UNSET))


        value = d.pop("value", UNSET)

        recommendation_id = d.pop("recommendation_id", UNSET)

        position = d.pop("position", UNSET)

        placement = d.pop("placement", UNSET)

        interactions_request_events_item = cls(
            type_=type_,
            id=id,
            item_id=item_id,
            products=products,
            at=at,
            value=value,
            recommendation_id=recommendation_id,
            position=position,
            placement=placement,
        )

        return interactions_request_events_item

