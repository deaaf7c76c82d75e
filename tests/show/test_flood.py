"""A flood from another process against a real port: all of it is counted, the honest are heard."""

import subprocess
import sys
from contextlib import closing
from time import monotonic, sleep

import pytest

from empathy_palettes.crowd.crowd import Crowd, CrowdSettings
from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode
from empathy_palettes.inlet.send import Sender
from empathy_palettes.show.door import Door
from empathy_palettes.show.listening import Inlet, open_listener

SECONDS = 1.5
HONEST = 20  # people, each of whom speaks once in ten steps
MAX_PEOPLE = 500

#: What the flooding process sends, each line a round of it; `n` counts.
FLOODS = {
    "names": 'b"/empathy/%07d\\0\\0\\0\\0,ff\\0" % n + b"\\x3f\\0\\0\\0" * 2',
    "nan": 'b"/empathy/%07d\\0\\0\\0\\0,ff\\0" % (n % 9) + b"\\x7f\\xc0\\0\\0\\x7f\\x80\\0\\0"',
    "wildcards": 'b"/*/{a,b}[!c]?\\0\\0\\0,f\\0\\0" + b"\\x3f\\0\\0\\0"',
    "nested": 'b"#bundle\\0" + (b"\\0" * 8 + b"\\0\\0\\1\\0" + b"#bundle\\0") * 50 + b"\\0" * 8',
    "noise": "noise[n * 4 % 4000 : n * 4 % 4000 + 4 + n % 600]",
    "words": 'b"/empathy/%07d/word\\0\\0\\0,s\\0\\0joy\\0" % (n % 100)',
}

FLOODER = """
import socket, sys, time, random
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.connect(("127.0.0.1", int(sys.argv[1])))
noise = random.Random(1).randbytes(8000)
end, n = time.monotonic() + float(sys.argv[2]), 0
send = out.send
while time.monotonic() < end:
    for n in range(n, n + 100):
        send(%s)
    n += 1
print(n)
"""


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_counted_and_the_honest_are_heard(kind: str) -> None:
    notices, naming = Notices(), Naming(bytes(16))
    inlet = Inlet().model_copy(update={"port": 0})
    listener = open_listener(inlet, 1, {}, naming, notices)
    gate = Gate("attested", max_people=MAX_PEOPLE, notices=notices)
    door = Door(gate, naming, notices, [listener])
    crowd = Crowd(CrowdSettings(max_people=MAX_PEOPLE))
    step, honest, feeling = 0, 0, 0.0

    def frame() -> None:
        nonlocal step
        step += 1
        door.collect(step)
        admitted = door.admit(step)
        crowd.step(step, admitted.samples, admitted.withdrawn)
        gate.forget(crowd.gone)

    with closing(door), closing(Sender("127.0.0.1", listener.socket.port)) as sender:

        def speak() -> None:
            nonlocal honest, feeling
            feeling = (step % 64 - 32) / 32
            for who in range(HONEST):
                sender.send(encode(f"/empathy/honest{who}", feeling, -feeling))
                honest += 1

        speak()
        frame()  # they were here first
        flooder = subprocess.Popen(
            [sys.executable, "-c", FLOODER % FLOODS[kind], str(listener.socket.port), str(SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        while flooder.poll() is None:
            begun = monotonic()
            if step % 10 == 0:
                speak()
            frame()
            sleep(max(0.0, 1 / 60 - (monotonic() - begun)))
        sent = int(flooder.communicate()[0])
        speak()
        for _ in range(5):
            frame()

        dropped = listener.socket.dropped
        assert dropped is not None and sent > 1_000
        assert door.datagrams + dropped == sent + honest, "every datagram is accounted for"
        people = crowd.people
        assert people.count <= MAX_PEOPLE
        latest = people.valence[people.slots()[:HONEST]]
        assert (latest == feeling).all(), "the honest are heard"
        rejected = sum(notices.rejected.values())
        print(f"{kind}: {sent} sent, {dropped} dropped, {rejected} rejected, {step} frames")
        if kind != "words":
            assert rejected >= 0.9 * (sent - dropped - MAX_PEOPLE)
