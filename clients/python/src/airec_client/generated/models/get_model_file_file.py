from enum import StrEnum

class GetModelFileFile(StrEnum):
    GOLDEN_JSON = "golden.json"
    MANIFEST_JSON = "manifest.json"
    MODEL_SAFETENSORS = "model.safetensors"

    def __str__(self) -> str:
        return str(self.value)
