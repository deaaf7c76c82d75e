"""A port keeps up with the addresses of its machine."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.wire.datagrams import host_bytes
from empathy_palettes.show.listening import OWN_STEPS
from tests.show.test_door import listener


def test_a_port_learns_of_an_address_that_this_machine_has_come_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = np.frombuffer(host_bytes("192.0.2.5"), np.uint64).reshape(1, 2)
    with closing(listener(Naming(), Notices(), listen="0.0.0.0").socket) as socket:
        hears = listener(Naming(), Notices())
        hears.socket.close()
        hears = replace(hears, socket=socket)
        monkeypatch.setattr(socket, "own", lambda: own)
        hears.listen(OWN_STEPS - 1, 1)
        assert not (hears.reader.own == own).all(axis=1).any()
        hears.listen(OWN_STEPS + 1, 2)
        assert (hears.reader.own == own).all()
