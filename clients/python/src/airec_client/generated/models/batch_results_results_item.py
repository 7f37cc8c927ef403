from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.batch_results_results_item_recommendations_item import BatchResultsResultsItemRecommendationsItem





T = TypeVar("T", bound="BatchResultsResultsItem")



@_attrs_define
class BatchResultsResultsItem:
    """ 
        Attributes:
            user_id (str):
            recommendations (list[BatchResultsResultsItemRecommendationsItem]):
            recommendation_id (str | Unset):
     """

    user_id: str
    recommendations: list[BatchResultsResultsItemRecommendationsItem]
    recommendation_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_results_results_item_recommendations_item import BatchResultsResultsItemRecommendationsItem # noqa: PLC0415
        user_id = self.user_id

        recommendations = []
        for recommendations_item_data in self.recommendations:
            recommendations_item = recommendations_item_data.to_dict()
            recommendations.append(recommendations_item)



        recommendation_id = self.recommendation_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "user_id": user_id,
            "recommendations": recommendations,
        })
        if recommendation_id is not UNSET:
            field_dict["recommendation_id"] = recommendation_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_results_results_item_recommendations_item import BatchResultsResultsItemRecommendationsItem # noqa: PLC0415
        d = dict(src_dict)
        user_id = d.pop("user_id")

        recommendations = []
        _recommendations = d.pop("recommendations")
        for recommendations_item_data in (_recommendations):
            recommendations_item = BatchResultsResultsItemRecommendationsItem.from_dict(recommendations_item_data)



            recommendations.append(recommendations_item)


        recommendation_id = d.pop("recommendation_id", UNSET)

        batch_results_results_item = cls(
            user_id=user_id,
            recommendations=recommendations,
            recommendation_id=recommendation_id,
        )


        batch_results_results_item.additional_properties = d
        return batch_results_results_item

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
