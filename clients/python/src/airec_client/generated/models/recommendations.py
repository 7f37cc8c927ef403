from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.recommendations_model_type import RecommendationsModelType
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.recommendations_because_item import RecommendationsBecauseItem
  from ..models.recommendations_placement import RecommendationsPlacement
  from ..models.recommendations_recommendations_item import RecommendationsRecommendationsItem





T = TypeVar("T", bound="Recommendations")



@_attrs_define
class Recommendations:
    """ 
        Attributes:
            project_id (int):
            model_type (RecommendationsModelType):
            model_version (str):
            recommendations (list[RecommendationsRecommendationsItem]):
            recommendation_id (str | Unset): Signed id of the list: send it with events about its items. Valid for 8 days.
            fallback (str | Unset): Basis of the recommendations if the user or the history is unknown.
            fallback_reason (str | Unset):
            placement (RecommendationsPlacement | Unset): The placement whose rules made the list.
            logic (str | Unset): The logic of the placement.
            empty_reason (str | Unset): Reason why a placement's list is empty.
            because (list[RecommendationsBecauseItem] | Unset): because_you: items of the history, each with its list.
            cursor (str | Unset): Present if a placement's list may have more items.
            warnings (list[str] | Unset): Sentences about fields of the request that are not known and were ignored.
     """

    project_id: int
    model_type: RecommendationsModelType
    model_version: str
    recommendations: list[RecommendationsRecommendationsItem]
    recommendation_id: str | Unset = UNSET
    fallback: str | Unset = UNSET
    fallback_reason: str | Unset = UNSET
    placement: RecommendationsPlacement | Unset = UNSET
    logic: str | Unset = UNSET
    empty_reason: str | Unset = UNSET
    because: list[RecommendationsBecauseItem] | Unset = UNSET
    cursor: str | Unset = UNSET
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.recommendations_because_item import RecommendationsBecauseItem # noqa: PLC0415
        from ..models.recommendations_placement import RecommendationsPlacement # noqa: PLC0415
        from ..models.recommendations_recommendations_item import RecommendationsRecommendationsItem # noqa: PLC0415
        project_id = self.project_id

        model_type = self.model_type.value

        model_version = self.model_version

        recommendations = []
        for recommendations_item_data in self.recommendations:
            recommendations_item = recommendations_item_data.to_dict()
            recommendations.append(recommendations_item)



        recommendation_id = self.recommendation_id

        fallback = self.fallback

        fallback_reason = self.fallback_reason

        placement: dict[str, Any] | Unset = UNSET
        if not isinstance(self.placement, Unset):
            placement = self.placement.to_dict()

        logic = self.logic

        empty_reason = self.empty_reason

        because: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.because, Unset):
            because = []
            for because_item_data in self.because:
                because_item = because_item_data.to_dict()
                because.append(because_item)



        cursor = self.cursor

        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "project_id": project_id,
            "model_type": model_type,
            "model_version": model_version,
            "recommendations": recommendations,
        })
        if recommendation_id is not UNSET:
            field_dict["recommendation_id"] = recommendation_id
        if fallback is not UNSET:
            field_dict["fallback"] = fallback
        if fallback_reason is not UNSET:
            field_dict["fallback_reason"] = fallback_reason
        if placement is not UNSET:
            field_dict["placement"] = placement
        if logic is not UNSET:
            field_dict["logic"] = logic
        if empty_reason is not UNSET:
            field_dict["empty_reason"] = empty_reason
        if because is not UNSET:
            field_dict["because"] = because
        if cursor is not UNSET:
            field_dict["cursor"] = cursor
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recommendations_because_item import RecommendationsBecauseItem # noqa: PLC0415
        from ..models.recommendations_placement import RecommendationsPlacement # noqa: PLC0415
        from ..models.recommendations_recommendations_item import RecommendationsRecommendationsItem # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        model_type = RecommendationsModelType(d.pop("model_type"))




        model_version = d.pop("model_version")

        recommendations = []
        _recommendations = d.pop("recommendations")
        for recommendations_item_data in (_recommendations):
            recommendations_item = RecommendationsRecommendationsItem.from_dict(recommendations_item_data)



            recommendations.append(recommendations_item)


        recommendation_id = d.pop("recommendation_id", UNSET)

        fallback = d.pop("fallback", UNSET)

        fallback_reason = d.pop("fallback_reason", UNSET)

        _placement = d.pop("placement", UNSET)
        placement: RecommendationsPlacement | Unset
        if isinstance(_placement,  Unset):
            placement = UNSET
        else:
            placement = RecommendationsPlacement.from_dict(_placement)




        logic = d.pop("logic", UNSET)

        empty_reason = d.pop("empty_reason", UNSET)

        _because = d.pop("because", UNSET)
        because: list[RecommendationsBecauseItem] | Unset = UNSET
        if _because is not UNSET:
            because = []
            for because_item_data in _because:
                because_item = RecommendationsBecauseItem.from_dict(because_item_data)



                because.append(because_item)


        cursor = d.pop("cursor", UNSET)

        warnings = cast(list[str], d.pop("warnings", UNSET))


        recommendations = cls(
            project_id=project_id,
            model_type=model_type,
            model_version=model_version,
            recommendations=recommendations,
            recommendation_id=recommendation_id,
            fallback=fallback,
            fallback_reason=fallback_reason,
            placement=placement,
            logic=logic,
            empty_reason=empty_reason,
            because=because,
            cursor=cursor,
            warnings=warnings,
        )


        recommendations.additional_properties = d
        return recommendations

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
