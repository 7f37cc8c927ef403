from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.trending_items_items_item import TrendingItemsItemsItem





T = TypeVar("T", bound="TrendingItems")



@_attrs_define
class TrendingItems:
    """ 
        Attributes:
            project_id (int):
            model_version (str):
            items (list[TrendingItemsItemsItem]):
     """

    project_id: int
    model_version: str
    items: list[TrendingItemsItemsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.trending_items_items_item import TrendingItemsItemsItem # noqa: PLC0415
        project_id = self.project_id

        model_version = self.model_version

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "project_id": project_id,
            "model_version": model_version,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.trending_items_items_item import TrendingItemsItemsItem # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        model_version = d.pop("model_version")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = TrendingItemsItemsItem.from_dict(items_item_data)



            items.append(items_item)


        trending_items = cls(
            project_id=project_id,
            model_version=model_version,
            items=items,
        )


        trending_items.additional_properties = d
        return trending_items

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
