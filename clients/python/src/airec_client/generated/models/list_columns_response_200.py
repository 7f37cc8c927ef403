from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.list_columns_response_200_columns_item import ListColumnsResponse200ColumnsItem





T = TypeVar("T", bound="ListColumnsResponse200")



@_attrs_define
class ListColumnsResponse200:
    """ 
        Attributes:
            columns (list[ListColumnsResponse200ColumnsItem]):
            warnings (list[str] | Unset): Sentences about fields of the request that are not known and were ignored.
     """

    columns: list[ListColumnsResponse200ColumnsItem]
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.list_columns_response_200_columns_item import ListColumnsResponse200ColumnsItem # noqa: PLC0415
        columns = []
        for columns_item_data in self.columns:
            columns_item = columns_item_data.to_dict()
            columns.append(columns_item)



        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "columns": columns,
        })
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.list_columns_response_200_columns_item import ListColumnsResponse200ColumnsItem # noqa: PLC0415
        d = dict(src_dict)
        columns = []
        _columns = d.pop("columns")
        for columns_item_data in (_columns):
            columns_item = ListColumnsResponse200ColumnsItem.from_dict(columns_item_data)



            columns.append(columns_item)


        warnings = cast(list[str], d.pop("warnings", UNSET))


        list_columns_response_200 = cls(
            columns=columns,
            warnings=warnings,
        )


        list_columns_response_200.additional_properties = d
        return list_columns_response_200

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
