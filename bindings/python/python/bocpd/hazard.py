"""How long segments last: the hazards, and what they are made from."""

from bocpd._compiled import (
    Hazard,
    # generated: imported hazards (cargo run -p bocpd-generate)
    Constant,
    ConstantGrid,
    LogLogistic,
    NegativeBinomial,
    Rate,
    Table,
    Weibull,
    # end of generated: imported hazards
)

__all__ = [
    "Hazard",
    # generated: names of hazards (cargo run -p bocpd-generate)
    "Constant",
    "ConstantGrid",
    "LogLogistic",
    "NegativeBinomial",
    "Rate",
    "Table",
    "Weibull",
    # end of generated: names of hazards
]


def __dir__() -> list[str]:
    return __all__
