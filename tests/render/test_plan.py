"""Which passes run when: worked out by hand for the shapes that shaders have."""

from __future__ import annotations

import json

import pytest

from empathy_palettes.core.isf import IsfPass, parse
from empathy_palettes.render.plan import Plan, Sizes, reference_size

STATE = IsfPass("state", persistent=True)
PLAIN = IsfPass("plain")
OTHER = IsfPass("other")
OUT = IsfPass()


@pytest.mark.parametrize(
    ("passes", "reads", "simulation", "picture"),
    [
        ([OUT], [set()], [], [0]),
        ([STATE, OUT], [{"state"}, {"state"}], [0], [1]),
        ([STATE], [{"state"}], [0], []),
        ([PLAIN, OUT], [set(), {"plain"}], [], [0, 1]),
        ([PLAIN, STATE, OUT], [set(), {"plain"}, {"state"}], [0, 1], [2]),
        ([PLAIN, STATE, OUT], [set(), {"plain"}, {"plain"}], [0, 1], [0, 2]),
        ([OTHER, PLAIN, STATE, OUT], [set(), {"other"}, {"plain"}, set()], [0, 1, 2], [3]),
        ([STATE, PLAIN, OUT], [{"plain"}, set(), {"plain"}], [0], [1, 2]),
        ([STATE, PLAIN, OTHER, OUT], [set(), {"state"}, set(), {"plain"}], [0], [1, 3]),
        ([PLAIN, PLAIN, OUT], [set(), {"plain"}, {"plain"}], [], [0, 1, 2]),
        ([OUT, OUT], [set(), set()], [], [0, 1]),
    ],
)
def test_a_pass_runs_where_its_target_is_wanted(
    passes: list[IsfPass], reads: list[set[str]], simulation: list[int], picture: list[int]
) -> None:
    plan = Plan(passes, reads)
    assert (plan.simulation, plan.picture) == (simulation, picture)


def test_what_a_simulation_looks_at() -> None:
    reads = [{"inputImage"}, {"plain"}, {"emo_field"}]
    plan = Plan([PLAIN, STATE, OUT], reads)
    assert plan.simulation_reads == {"inputImage", "plain"}


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1280, 720), (1280, 720)),
        ((7680, 4320), (1280, 720)),
        ((320, 180), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((100, 100), (720, 720)),
        ((1, 10_000), (720, 7_200_000)),
    ],
)
def test_the_reference_has_the_shape_of_the_picture(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert reference_size(size) == wanted


def test_a_size_follows_its_inputs() -> None:
    header = parse(
        "/*"
        + json.dumps(
            {
                "INPUTS": [{"NAME": "half", "TYPE": "float", "DEFAULT": 2}],
                "PASSES": [{"TARGET": "a", "WIDTH": "$WIDTH / $half"}, {}],
            }
        )
        + "*/",
        "a.fs",
    )
    sizes = Sizes(header)
    assert sizes.vary
    assert sizes.of("a", (64, 32)) == (32, 32)
    assert sizes.of("a", (64, 32), {"isf_half": 1.0, "half": 4.0}) == (16, 32)
    assert sizes.of("", (64, 32)) == (64, 32)
