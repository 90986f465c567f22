"""The labels of danger: how grave it is, and of what kind."""

LEVELS = ("none", "concern", "crisis")
KINDS = (
    "passive-wish",
    "ideation",
    "plan",
    "means",
    "attempt",
    "self-harm",
    "harm-by-others",
    "harm-to-others",
    "for-somebody-else",
    "goodbye",
    "hints",
)
