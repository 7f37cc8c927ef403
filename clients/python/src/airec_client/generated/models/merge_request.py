from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="MergeRequest")



@_attrs_define
class MergeRequest:
    """ 
        Attributes:
            project_id (int):  Example: 7.
            from_ (float | str): The anonymous_id.
            into (float | str): The user_id.
            user_token (None | str | Unset): Proves a user_id for a publishable key: exp.HMAC-SHA-256(identity secret, JSON
                [project_id, user_id, exp]), at most 24 hours ahead.
     """

    project_id: int
    from_: float | str
    into: float | str
    user_token: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        project_id = self.project_id

        from_: float | str
        from_ = self.from_

        into: float | str
        into = self.into

        user_token: None | str | Unset
        if isinstance(self.user_token, Unset):
            user_token = UNSET
        else:
            user_token = self.user_token


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "project_id": project_id,
            "from": from_,
            "into": into,
        })
        if user_token is not UNSET:
            field_dict["user_token"] = user_token

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        project_id = d.pop("project_id")

        def _parse_from_(data: object) -> float | str:
            return cast(float | str, data)

        from_ = _parse_from_(d.pop("from"))


        def _parse_into(data: object) -> float | str:
            return cast(float | str, data)

        into = _parse_into(d.pop("into"))


        def _parse_user_token(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_token = _parse_user_token(d.pop("user_token", UNSET))


        merge_request = cls(
            project_id=project_id,
            from_=from_,
            into=into,
            user_token=user_token,
        )

        return merge_request

