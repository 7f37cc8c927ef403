from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="RecommendationsBecauseItemRecommendationsItem")



@_attrs_define
class RecommendationsBecauseItemRecommendationsItem:
    """ 
        Attributes:
            item_id (str):
            item_title (str):
            score (float):
     """

    item_id: str
    item_title: str
    score: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        item_id = self.item_id

        item_title = self.item_title

        score = self.score


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "item_id": item_id,
            "item_title": item_title,
            "score": score,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        item_id = d.pop("item_id")

        item_title = d.pop("item_title")

        score = d.pop("score")

        recommendations_because_item_recommendations_item = cls(
            item_id=item_id,
            item_title=item_title,
            score=score,
        )


        recommendations_because_item_recommendations_item.additional_properties = d
        return recommendations_because_item_recommendations_item

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
