"""A whole wall, end to end: `empathy run … --headless` with 10,000 people at 10 Hz, and without.

The same show draws the same preset at 1280x720 while the same sender, `empathy simulate`, sends
to its port or to one that nobody reads, in turns. Both run on this machine's processors, as they
would not at a place: what is compared is what hearing the crowd costs.
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
SECONDS = 14.0
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
        rounds = [(one(place, PORT), one(place, DEAF_PORT)) for _ in range(ROUNDS)]
    heard = statistics.median(float(run["frames"]) for run, _ in rounds) / SECONDS
    deaf = statistics.median(float(run["frames"]) for _, run in rounds) / SECONDS
    sent = sum(run["sent"] for run, _ in rounds)
    accepted = sum(run["accepted"] for run, _ in rounds)
    told = {
        "frames_per_second": {"heard": heard, "sent to nobody": deaf, "ratio": heard / deaf},
        "sent": sent,
        "accepted": accepted,
        "people": [run["people"] for run, _ in rounds],
        "frame_ms": [[run["frame_ms"], other["frame_ms"]] for run, other in rounds],
        "rejected": [run["rejected"] for run, _ in rounds],
    }
    if "--json" in sys.argv:
        print(json.dumps(told))
        return
    print(f"tidal at 1280x720, {PEOPLE:,} people at {RATE} Hz, {ROUNDS} rounds of {SECONDS:g} s")
    for name, value in told.items():
        print(f"  {name}: {value}")


def one(place: Path, port: int) -> dict[str, Any]:
    """Return the report of one run, with `sent`, while the sender sends to `port`."""
    program = str(Path(sys.executable).with_name("empathy"))
    show = subprocess.Popen(
        [program, "run", str(place), "--headless", "--seconds", str(SECONDS), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert show.stderr is not None
    for line in show.stderr:
        if "listening" in line:
            break
    time.sleep(0.5)
    crowd = f"--people {PEOPLE} --rate {RATE} --seconds {SECONDS - 4.0}"
    sender = subprocess.run(
        [program, "simulate", "--to", f"127.0.0.1:{port}", *crowd.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    out, _ = show.communicate()
    report: dict[str, Any] = json.loads(out)
    found = re.search(r"(\d+) feelings", sender.stderr + sender.stdout)
    report["sent"] = int(found[1]) if found else 0
    return report


if __name__ == "__main__":
    main()
