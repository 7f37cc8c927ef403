from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="DeleteItemsRequest")



@_attrs_define
class DeleteItemsRequest:
    """ 
        Attributes:
            project_id (int):  Example: 7.
            item_ids (list[float | str]):
     """

    project_id: int
    item_ids: list[float | str]





    def to_dict(self) -> dict[str, Any]:
        project_id = self.project_id

        item_ids = []
        for item_ids_item_data in self.item_ids:
            item_ids_item: float | str
            item_ids_item = item_ids_item_data
            item_ids.append(item_ids_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "project_id": project_id,
            "item_ids": item_ids,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_id = d.pop("project_id")

        item_ids = []
        _item_ids = d.pop("item_ids")
        for item_ids_item_data in (_item_ids):
            def _parse_item_ids_item(data: object) -> float | str:
                return cast(float | str, data)

            item_ids_item = _parse_item_ids_item(item_ids_item_data)

            item_ids.append(item_ids_item)


        delete_items_request = cls(
            project_id=project_id,
            item_ids=item_ids,
        )

        return delete_items_request

