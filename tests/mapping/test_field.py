import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from empathy_palettes.mapping.field import DENSITY, HEIGHT, RADIUS, WIDTH, field

Floats = NDArray[np.float32]


def f4(*values: float) -> Floats:
    return np.array(values, np.float32)


def at_cell(column: int, row: int) -> tuple[Floats, Floats]:
    return f4((column + 0.5) / WIDTH), f4((row + 0.5) / HEIGHT)


def crowd(people: int, seed: int = 1) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    random = np.random.default_rng(seed)
    x, y, weight = random.random((3, people))
    v, a = random.uniform(-1, 1, (2, people))
    x, y, v, a, weight = np.stack([x, y, v, a, weight]).astype(np.float32)
    return x, y, v, a, weight


def kernel() -> NDArray[np.float64]:
    """What one person in the middle of a cell becomes, from the two binomials by convolution."""
    near = np.array([1, 4, 6, 4, 1]) / 16
    far = np.zeros(9)
    far[::2] = near
    line = np.convolve(near, far)
    return np.outer(line, line)


def brute(x: Floats, y: Floats, v: Floats, a: Floats, weight: Floats) -> NDArray[np.float64]:
    """The same field, one person and one cell at a time, in double precision."""
    sums = np.zeros((4, HEIGHT + 40, WIDTH + 40))
    blob = kernel()
    for px, py, pv, pa, w in zip(*(u.tolist() for u in (x, y, v, a, weight)), strict=True):
        across, up = px * WIDTH - 0.5, py * HEIGHT - 0.5
        column, row = int(np.floor(across)), int(np.floor(up))
        for dx, part_x in ((0, 1 - across + column), (1, across - column)):
            for dy, part_y in ((0, 1 - up + row), (1, up - row)):
                part = w * part_x * part_y * blob
                top, left = 20 + row + dy - RADIUS, 20 + column + dx - RADIUS
                place = np.s_[top : top + 13, left : left + 13]
                for total, value in zip(sums, (1, pv, pa, pv * pv + pa * pa), strict=True):
                    total[place] += part * value
    mass, *rest = sums[:, 20:-20, 20:-20]
    mv, ma, square = (s / np.maximum(mass, 1e-12) for s in rest)
    near = mass / (mass + 1e-4)
    deviation = np.sqrt(np.maximum((square - mv**2 - ma**2) / 2, 0))
    return np.stack(
        [
            1 - np.exp(-DENSITY * mass),
            mv * near / 2 + 0.5,
            ma * near / 2 + 0.5,
            1 - deviation * near,
        ],
        axis=-1,
    )


@pytest.mark.parametrize("people", [1, 2, 60])
def test_agrees_with_one_person_and_one_cell_at_a_time(people: int) -> None:
    given_people = crowd(people)
    found, wanted = field(*given_people), brute(*given_people)
    assert found.shape == (90, 160, 4)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[..., :3], wanted[..., :3], atol=1e-4)
    np.testing.assert_allclose(found[..., 3], wanted[..., 3], atol=2e-3)  # a root near 0


def test_an_empty_room_is_neutral() -> None:
    empty = f4()
    found = field(empty, empty, empty, empty, empty)
    np.testing.assert_array_equal(found, np.broadcast_to(f4(0, 0.5, 0.5, 1), (90, 160, 4)))


def test_one_person_can_be_seen_and_a_thousand_are_not_flat() -> None:
    one = field(*at_cell(80, 45), f4(0.5), f4(-0.5), f4(1))
    assert one[45, 80, 0] > 0.2
    assert one[45, 80, 1] == pytest.approx(0.75, abs=0.005)
    assert one[45, 80, 2] == pytest.approx(0.25, abs=0.005)
    random = np.random.default_rng(3)
    x, y = np.clip(random.normal(0.55, 0.175, (2, 1000)), 0, 1).astype(np.float32)
    density = field(x, y, 2 * x - 1, 2 * y - 1, np.ones(1000, np.float32))[..., 0]
    assert density.max() < 0.99
    assert np.quantile(density, 0.9) - np.quantile(density, 0.5) > 0.2


def test_a_blob_is_the_same_wherever_it_is() -> None:
    middle = field(*at_cell(80, 45), f4(0), f4(0), f4(1))[..., 0]
    corner = field(*at_cell(0, 0), f4(0), f4(0), f4(1))[..., 0]
    np.testing.assert_allclose(corner[:7, :7], middle[45:52, 80:87], atol=1e-6)


def test_those_who_agree_agree_and_those_who_do_not_do_not() -> None:
    x, y = (np.repeat(place, 2) for place in at_cell(80, 45))
    weight = f4(1, 1)
    alike = field(x, y, f4(0.8, 0.8), f4(-0.6, -0.6), weight)
    apart = field(x, y, f4(1, -1), f4(1, -1), weight)
    assert alike[45, 80, 3] == pytest.approx(1, abs=2e-3)
    assert apart[45, 80, 3] == pytest.approx(0, abs=5e-3)


@given(st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_everything_is_encoded_within_0_and_1(people: int, seed: int) -> None:
    x, y, v, a, weight = crowd(people, seed)
    x[::3], y[::5] = np.round(x[::3]), np.round(y[::5])
    found = field(x, y, v, a, weight)
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1


def test_the_order_of_people_does_not_matter() -> None:
    x, y, v, a, weight = crowd(300)
    forwards = field(x, y, v, a, weight)
    backwards = field(x[::-1], y[::-1], v[::-1], a[::-1], weight[::-1])
    np.testing.assert_allclose(forwards, backwards, atol=2e-3)  # a root near 0
