"""What tests say to a gate, and what it lets in of it."""

from empathy_palettes.inlet.gate import Gate, Mode
from empathy_palettes.inlet.sample import Samples
from tests.inlet.spoken import Told, columns

MODES: tuple[Mode, ...] = ("attested", "explicit")
FAR = 7  # a machine elsewhere


def samples_of(gate: Gate, *told: Told, step: int = 0) -> Samples:
    return gate.admit(columns(told), step).samples


def numbers(gate: Gate, *told: Told, step: int = 0) -> list[int]:
    found: list[int] = samples_of(gate, *told, step=step)["who"].tolist()
    return found


def withdrawn(gate: Gate, *told: Told, step: int = 0) -> list[int]:
    found: list[int] = gate.admit(columns(told), step).withdrawn.tolist()
    return found
