from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.items_request_items_item import ItemsRequestItemsItem





T = TypeVar("T", bound="ItemsRequest")



@_attrs_define
class ItemsRequest:
    """ 
        Attributes:
            project_id (int):  Example: 7.
            items (list[ItemsRequestItemsItem]):
     """

    project_id: int
    items: list[ItemsRequestItemsItem]





    def to_dict(self) -> dict[str, Any]:
        from ..models.items_request_items_item import ItemsRequestItemsItem # noqa: PLC0415
        project_id = self.project_id

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "project_id": project_id,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.items_request_items_item import ItemsRequestItemsItem # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = ItemsRequestItemsItem.from_dict(items_item_data)



            items.append(items_item)


        items_request = cls(
            project_id=project_id,
            items=items,
        )

        return items_request

