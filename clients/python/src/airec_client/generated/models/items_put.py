from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.items_put_rejected_item import ItemsPutRejectedItem





T = TypeVar("T", bound="ItemsPut")



@_attrs_define
class ItemsPut:
    """ 
        Attributes:
            new (int): Items that were not in the catalogue.
            changed (int):
            unchanged (int):
            rejected (list[ItemsPutRejectedItem]):
     """

    new: int
    changed: int
    unchanged: int
    rejected: list[ItemsPutRejectedItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.items_put_rejected_item import ItemsPutRejectedItem # noqa: PLC0415
        new = self.new

        changed = self.changed

        unchanged = self.unchanged

        rejected = []
        for rejected_item_data in self.rejected:
            rejected_item = rejected_item_data.to_dict()
            rejected.append(rejected_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "new": new,
            "changed": changed,
            "unchanged": unchanged,
            "rejected": rejected,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.items_put_rejected_item import ItemsPutRejectedItem # noqa: PLC0415
        d = dict(src_dict)
        new = d.pop("new")

        changed = d.pop("changed")

        unchanged = d.pop("unchanged")

        rejected = []
        _rejected = d.pop("rejected")
        for rejected_item_data in (_rejected):
            rejected_item = ItemsPutRejectedItem.from_dict(rejected_item_data)



            rejected.append(rejected_item)


        items_put = cls(
            new=new,
            changed=changed,
            unchanged=unchanged,
            rejected=rejected,
        )


        items_put.additional_properties = d
        return items_put

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
