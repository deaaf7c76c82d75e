"""A whole wall, end to end: `empathy run … --headless` with 10,000 people at 10 Hz, and without.

The same show draws `tidal` at 1280x720 while the same sender, `empathy simulate`, sends to its port
or to one that nobody reads, in turns. Twice: with nobody there but whom the sender brings, so that
the sea with ten thousand lights in it stands beside the empty one; and with everybody there from
the start, so that both draw the same and the difference is what hearing them costs. Sender and show
share this machine's processors, as they would not at a place.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PEOPLE, RATE = 10_000, 10
ARRIVAL, SECONDS, REST = 3.0, 10.0, 4.0
ROUNDS = 3
PORT, DEAF_PORT = 19_700, 19_701

PLACE = f"""
[[playlist]]
preset = "tidal"
[[display]]
size = [1280, 720]
[[inlet]]
port = {PORT}
[consent]
mode = "attested"
statement = "simulated people"
[crowd]
max_people = 16384
"""


def main() -> None:
    """Print frames per second both ways, their ratio, and what was sent and accepted."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "place.toml"
        place.write_text(PLACE)
        told = {
            title: compare(place, there)
            for title, there in (("an empty room", False), ("the same people there", True))
        }
    if "--json" in sys.argv:
        print(json.dumps(told))
        return
    print(f"tidal at 1280x720, {PEOPLE:,} people at {RATE} Hz, medians of {ROUNDS} rounds")
    for title, figures in told.items():
        print(f"  beside {title}:")
        for name, value in figures.items():
            print(f"    {name}: {value}")


def compare(place: Path, there: bool) -> dict[str, Any]:
    """Return what alternating rounds come to; `there`: whether everybody is from the start."""
    rounds = [(one(place, PORT, there), one(place, DEAF_PORT, there)) for _ in range(ROUNDS)]
    rates = [[run["frames"] / run["seconds"] for run in runs] for runs in rounds]
    heard, deaf = (statistics.median(rate[way] for rate in rates) for way in (0, 1))
    return {
        "frames per second": {"heard": round(heard, 2), "sent to nobody": round(deaf, 2)},
        "ratio": round(heard / deaf, 3),
        "sent": sum(run["sent"] for run, _ in rounds),
        "accepted": sum(run["accepted"] for run, _ in rounds),
        "dropped": sum(run["dropped"] or 0 for run, _ in rounds),
        "rejected": [run["rejected"] for run, _ in rounds],
        "frame_ms p50": [[run["frame_ms"]["p50"] for run in runs] for runs in rounds],
    }


def one(place: Path, port: int, there: bool) -> dict[str, Any]:
    """Return the report of one run while the sender sends to `port`, with what it was sent."""
    program = str(Path(sys.executable).with_name("empathy"))
    seconds = SECONDS + REST + (ARRIVAL if there else 0.0)
    show = subprocess.Popen(
        [program, "run", str(place), "--headless", "--seconds", str(seconds), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert show.stderr is not None
    for line in show.stderr:
        if "listening" in line:
            break
    time.sleep(0.5)
    sent = send(program, PORT, ARRIVAL) if there else 0
    last = send(program, port, SECONDS)
    out, _ = show.communicate()
    report: dict[str, Any] = json.loads(out)
    return report | {"seconds": seconds, "sent": sent + (last if port == PORT else 0)}


def send(program: str, port: int, seconds: float) -> int:
    """Send to a port of this machine; return how many feelings."""
    crowd = f"--people {PEOPLE} --rate {RATE} --seconds {seconds}"
    sender = subprocess.run(
        [program, "simulate", "--to", f"127.0.0.1:{port}", *crowd.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"(\d+) feelings", sender.stderr + sender.stdout)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
