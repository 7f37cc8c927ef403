from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.recommendations_because_item_recommendations_item import RecommendationsBecauseItemRecommendationsItem





T = TypeVar("T", bound="RecommendationsBecauseItem")



@_attrs_define
class RecommendationsBecauseItem:
    """ 
        Attributes:
            item_id (str):
            item_title (str):
            reason (str):
            recommendations (list[RecommendationsBecauseItemRecommendationsItem]):
     """

    item_id: str
    item_title: str
    reason: str
    recommendations: list[RecommendationsBecauseItemRecommendationsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.recommendations_because_item_recommendations_item import RecommendationsBecauseItemRecommendationsItem # noqa: PLC0415
        item_id = self.item_id

        item_title = self.item_title

        reason = self.reason

        recommendations = []
        for recommendations_item_data in self.recommendations:
            recommendations_item = recommendations_item_data.to_dict()
            recommendations.append(recommendations_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "item_id": item_id,
            "item_title": item_title,
            "reason": reason,
            "recommendations": recommendations,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recommendations_because_item_recommendations_item import RecommendationsBecauseItemRecommendationsItem # noqa: PLC0415
        d = dict(src_dict)
        item_id = d.pop("item_id")

        item_title = d.pop("item_title")

        reason = d.pop("reason")

        recommendations = []
        _recommendations = d.pop("recommendations")
        for recommendations_item_data in (_recommendations):
            recommendations_item = RecommendationsBecauseItemRecommendationsItem.from_dict(recommendations_item_data)



            recommendations.append(recommendations_item)


        recommendations_because_item = cls(
            item_id=item_id,
            item_title=item_title,
            reason=reason,
            recommendations=recommendations,
        )


        recommendations_because_item.additional_properties = d
        return recommendations_because_item

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
