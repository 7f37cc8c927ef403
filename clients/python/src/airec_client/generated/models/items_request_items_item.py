from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.items_request_items_item_columns import ItemsRequestItemsItemColumns





T = TypeVar("T", bound="ItemsRequestItemsItem")



@_attrs_define
class ItemsRequestItemsItem:
    """ 
        Attributes:
            item_id (float | str):
            item_title (None | str | Unset):
            columns (ItemsRequestItemsItemColumns | Unset): Values by column of the items' file, as filters name them: a
                number, a text, true, false, a list of texts, or null to empty it. What is not named keeps its value.
     """

    item_id: float | str
    item_title: None | str | Unset = UNSET
    columns: ItemsRequestItemsItemColumns | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.items_request_items_item_columns import ItemsRequestItemsItemColumns # noqa: PLC0415
        item_id: float | str
        item_id = self.item_id

        item_title: None | str | Unset
        if isinstance(self.item_title, Unset):
            item_title = UNSET
        else:
            item_title = self.item_title

        columns: dict[str, Any] | Unset = UNSET
        if not isinstance(self.columns, Unset):
            columns = self.columns.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "item_id": item_id,
        })
        if item_title is not UNSET:
            field_dict["item_title"] = item_title
        if columns is not UNSET:
            field_dict["columns"] = columns

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.items_request_items_item_columns import ItemsRequestItemsItemColumns # noqa: PLC0415
        d = dict(src_dict)
        def _parse_item_id(data: object) -> float | str:
            return cast(float | str, data)

        item_id = _parse_item_id(d.pop("item_id"))


        def _parse_item_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        item_title = _parse_item_title(d.pop("item_title", UNSET))


        _columns = d.pop("columns", UNSET)
        columns: ItemsRequestItemsItemColumns | Unset
        if isinstance(_columns,  Unset):
            columns = UNSET
        else:
            columns = ItemsRequestItemsItemColumns.from_dict(_columns)




        items_request_items_item = cls(
            item_id=item_id,
            item_title=item_title,
            columns=columns,
        )

        return items_request_items_item

