from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="BatchRequest")



@_attrs_define
class BatchRequest:
    """ 
        Attributes:
            project_id (int):
            users (list[float | str]):
            limit (int | Unset): Number of items per user, 1 to 200; 10 by default.
            n (int | Unset): The older name of limit, which takes precedence.
            placement (None | str | Unset): Name under which the results of these lists are shown: up to 64 of a-z, 0-9, _
                and -. Rules of placements do not apply to batches.
     """

    project_id: int
    users: list[float | str]
    limit: int | Unset = UNSET
    n: int | Unset = UNSET
    placement: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        project_id = self.project_id

        users = []
        for users_item_data in self.users:
            users_item: float | str
            users_item = users_item_data
            users.append(users_item)



        limit = self.limit

        n = self.n

        placement: None | str | Unset
        if isinstance(self.placement, Unset):
            placement = UNSET
        else:
            placement = self.placement


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "project_id": project_id,
            "users": users,
        })
        if limit is not UNSET:
            field_dict["limit"] = limit
        if n is not UNSET:
            field_dict["n"] = n
        if placement is not UNSET:
            field_dict["placement"] = placement

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_id = d.pop("project_id")

        users = []
        _users = d.pop("users")
        for users_item_data in (_users):
            def _parse_users_item(data: object) -> float | str:
                return cast(float | str, data)

            users_item = _parse_users_item(users_item_data)

            users.append(users_item)


        limit = d.pop("limit", UNSET)

        n = d.pop("n", UNSET)

        def _parse_placement(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        placement = _parse_placement(d.pop("placement", UNSET))


        batch_request = cls(
            project_id=project_id,
            users=users,
            limit=limit,
            n=n,
            placement=placement,
        )


        batch_request.additional_properties = d
        return batch_request

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
