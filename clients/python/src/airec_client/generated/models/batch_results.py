from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.batch_results_results_item import BatchResultsResultsItem





T = TypeVar("T", bound="BatchResults")



@_attrs_define
class BatchResults:
    """ 
        Attributes:
            project_id (int):
            model_version (str):
            results (list[BatchResultsResultsItem]):
            warnings (list[str] | Unset): Sentences about fields of the request that are not known and were ignored.
     """

    project_id: int
    model_version: str
    results: list[BatchResultsResultsItem]
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_results_results_item import BatchResultsResultsItem # noqa: PLC0415
        project_id = self.project_id

        model_version = self.model_version

        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)



        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "project_id": project_id,
            "model_version": model_version,
            "results": results,
        })
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_results_results_item import BatchResultsResultsItem # noqa: PLC0415
        d = dict(src_dict)
        project_id = d.pop("project_id")

        model_version = d.pop("model_version")

        results = []
        _results = d.pop("results")
        for results_item_data in (_results):
            results_item = BatchResultsResultsItem.from_dict(results_item_data)



            results.append(results_item)


        warnings = cast(list[str], d.pop("warnings", UNSET))


        batch_results = cls(
            project_id=project_id,
            model_version=model_version,
            results=results,
            warnings=warnings,
        )


        batch_results.additional_properties = d
        return batch_results

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
