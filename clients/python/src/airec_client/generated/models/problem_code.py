from enum import StrEnum

class ProblemCode(StrEnum):
    BAD_GATEWAY = "bad_gateway"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    INTERNAL = "internal"
    INVALID_INPUT = "invalid_input"
    MALFORMED_REQUEST = "malformed_request"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_FOUND = "not_found"
    NOT_READY = "not_ready"
    RANGE_NOT_SATISFIABLE = "range_not_satisfiable"
    STORAGE_FULL = "storage_full"
    TOO_LARGE = "too_large"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAUTHENTICATED = "unauthenticated"
    UNAVAILABLE = "unavailable"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"

    def __str__(self) -> str:
        return str(self.value)
