from enum import StrEnum

class RecommendationsModelType(StrEnum):
    COLLABORATIVE = "COLLABORATIVE"
    CONTENT = "CONTENT"
    HYBRID = "HYBRID"

    def __str__(self) -> str:
        return str(self.value)
