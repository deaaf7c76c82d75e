"""Fifty things that would tell somebody, in everything that a show can be sent."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from empathy_palettes.inlet.osc import encode, encode_bundle

HOSTS = ("127.83.19.207", "127.201.77.46")  # addresses of this machine that nobody else uses


class Planted(NamedTuple):
    """What tells somebody, and what it is sent in."""

    text: str
    packets: Sequence[bytes]

    def __str__(self) -> str:
        return self.text


def _names() -> list[Planted]:
    """Of people, who feel, agree, refuse, and join circles."""
    names = (
        "anneliese.quandt",
        "jov@fritzhof.example",
        "+491731999204",
        "IMEI-354809104437",
        "Brunhilde!Zyx",
        "Mozilla/5.0-Zephyrine".replace("/", "_"),
        "wojciech's-iPhone-14",
        "qid:8842-KVNR-X1102",
        "ottilie%20falkenrath",
        "3f9c1e77-ba52-4c0d",
        "DE89370400440532",
        "fb.com.zebedee.ruhl",
    )
    return [
        Planted(
            name,
            [
                encode(f"/empathy/{name}", 0.5, 0.25),
                encode(f"/empathy/{name}/consent", 1 + number % 2),
                encode(f"/empathy/{name}", 0.25, 0.5, 0.75, 1.0),
                encode(f"/empathy/{name}/valence", 0.5),
                encode(f"/empathy/{name}/word", "joy"),
                encode(f"/empathy/{name}/consent", 7),
                encode(f"/empathy/{name}", 73.0, 0.0),
                encode(f"/empathy/{name}", float("nan"), 0.0),
                encode(f"/empathy/{name}", 0.0, 0.0, 0.0, 9.0),
                encode(f"/empathy/{name}/consent", 0 if number % 3 == 0 else 1),
                encode(f"/empathy/{name}", -0.5, 0.25),
            ],
        )
        for number, name in enumerate(names)
    ]


def _texts() -> list[Planted]:
    """Said where a text may stand: circles, words, and where none is wanted."""
    circles = ("Familie Hollerbusch", "AA-Gruppe Dienstag", "ward 7b, bed 3", "Klasse 9c Waldsee")
    words = ("so sad about Kunigunde", "call me 01577 4029", "ich bin's, Theobald", "joi-xaver")
    others = ("string-of-Liborius", "Ursinus@mail.example", "blob-of-Philippa", "tok_51H8xQwerz")
    person = "/empathy/p1"
    return [
        *(
            Planted(text, [encode(f"{person}/consent", 1), encode(f"{person}/circle", text)])
            for text in circles
        ),
        *(Planted(text, [encode(f"{person}/word", text)]) for text in words),
        *(
            Planted(
                text,
                [
                    encode(person, text, 0.5),
                    encode(person, text.encode()),
                    encode(f"{person}/consent", text),
                    encode("/empathy/crowd", text),
                    encode("/empathy/crowd", text.encode()),
                ],
            )
            for text in others
        ),
    ]


def _addresses() -> list[Planted]:
    """In addresses that are nobody's, or almost somebody's."""
    parts = ("Gundolf-Weisz", "praxis-dr-morgenthau", "euphemia_k1987", "zimmer-4711b")
    return [
        Planted(
            part,
            [
                encode(f"/{part}", 0.5),
                encode(f"/{part}/valence", 0.5),
                encode(f"/empathy/p1/{part}", 0.5),
                encode(f"/empathy/{part}/valenz", 0.5),
                encode(f"/Empathy/{part}/arousal", 0.5),
                encode(f"/empathy/{part}/valence/{part}", 0.5),
                encode(f"/a/b/c/d/{part}", 0.5),
                encode(f"/empathy/{part} with a space", 0.5, 0.5),
            ],
        )
        for part in parts
    ]


def _devices() -> list[Planted]:
    """What adapters capture, and the texts that come to them."""
    devices = ("ZIG-Hildegund-Pro", "emotibit.ruprecht", "DC:A6:32:7F:19:E4", "Person-Ignatia")
    labels = ("smirk-of-Adelmar", "Wolfhilde weint", "face_0042_Balduin")
    return [
        *(
            Planted(
                device,
                [
                    encode(f"/{device}/gyro", 0.5, 0.5, 0.5),
                    encode(f"/ZIGSIM/{device}/accel", 0.5, 0.5, 0.5),
                    encode(f"/EmotiBit/{device}/EDA", 0.5),
                    encode(f"/EmotiBit/{device}/HR", device),
                    encode(f"/{device}/touch", 0.5),
                ],
            )
            for device in devices
        ),
        *(
            Planted(
                label,
                [
                    encode("/emotion", label),
                    encode("/emotion/name", label),
                    encode(f"/emotion/{label}", 0.5),
                    encode("/emotion/happy", label),
                    encode("/emotion/valence", label),
                    encode("/confidence", label),
                ],
            )
            for label in labels
        ),
    ]


def _records() -> list[Planted]:
    """Names of a gateway's records."""
    names = ("Quirinus", "zoe@home", "P#552-71", "Vroni\u00fc")
    return [
        Planted(
            name,
            [
                encode("/empathy/crowd", struct.pack("<8sff", name.encode()[:8], *feeling))
                for feeling in ((0.5, 0.5), (9.0, 0.5), (float("nan"), 0.0))
            ],
        )
        for name in names
    ]


def _broken() -> list[Planted]:
    """In packets that are none."""
    texts = (
        "Eleonora-Plaintext",
        "Cookie: sid=Walburg",
        "Host: praxis-ehrlich.example",
        "User-Agent: Kasimir/12.1",
        "GET /?name=Mechthild",
        '{"patient": "Sieglinde"}',
    )
    found = []
    for text in texts:
        raw, whole = text.encode(), encode(f"/empathy/{text.split()[-1].strip('/?')}", 0.5, 0.5)
        found.append(
            Planted(
                text,
                [
                    raw,
                    raw + bytes(4 - len(raw) % 4),
                    b"/" + raw + bytes(3 - len(raw) % 4) + b",ff\0",
                    b"/emotion\0\0\0\0,s\0\0" + raw,
                    b"/empathy/p1/circle\0\0,s\0\0" + raw + b"\xff\xfe\0\0",
                    b"#bundle\0" + bytes(8) + b"\0\0\0\x7f" + raw,
                    encode_bundle([whole, raw + bytes(4 - len(raw) % 4)]),
                    whole[:-3],
                    whole + b"more",
                ],
            )
        )
    return found


#: What is no name, and yet what somebody feels: sent in ways in which nothing of it counts.
ODD = ("73.4159", "87.251", "4117302", "-5.8137", "angrr", "gladd")


def odd_packets() -> list[bytes]:
    """Return packets of values and words that are refused, each for another reason."""
    nobody, somebody = "/empathy/q9", "/empathy/p1"
    return [
        packet
        for who in (nobody, somebody)
        for packet in (
            encode(who, 73.4159, -5.8137),
            encode(f"{who}/valence", 87.251),
            encode(who, 0.31739, 0.31739, 0.0, 87.251),
            encode(f"{who}/consent", 4117302),
            encode(f"{who}/consent", 73.4159),
            encode(f"{who}/word", "angrr"),
            encode(f"{who}/word", "gladd"),
            encode("/empathy/crowd", struct.pack("<8sff", b"q9", 73.4159, -5.8137)),
            encode("/emotion/valence", 73.4159),
            encode("/emotion", "gladd"),
        )
    ] + [encode(nobody, 0.31739, -0.31739)] * 3


def odd_in(data: bytes) -> list[str]:
    """Return which of the odd values and words are told, in as many digits as tell them."""
    text = data.lower()
    return [each for each in ODD if re.search(rb"(?<![\d.])" + re.escape(each[:5].encode()), text)]


PLANTED = [
    *_names(),
    *_texts(),
    *_addresses(),
    *_devices(),
    *_records(),
    *_broken(),
    *(Planted(host, []) for host in HOSTS),  # they are sent from
    *(
        Planted(text, [encode_bundle([encode(f"/empathy/{text}", 0.5, 0.5)] * 3)])
        for text in ("Notburga-in-a-bundle", "Servatius;DROP", "x" * 20 + "Leokadia", "Egon=1&Xy")
    ),
    Planted("Dietlinde-too-long-a-name" * 3, [encode("/empathy/" + "Dietlinde" * 9, 0.5, 0.5)]),
    Planted("Rosamunde-typed", [b"/empathy/Rosamunde-typed\0\0\0\0,Q[]\0\0\0\0"]),
    Planted("Crescentia/valence", [encode("/empathy/Crescentia/valence", 4.0)]),
]


def packets() -> list[bytes]:
    """Return all of it."""
    return list(chain.from_iterable(each.packets for each in PLANTED))


def found_in(data: bytes) -> list[str]:
    """Return what is told, in whatever letters it is written."""
    text = data.lower()
    return [each.text for each in PLANTED if any(form in text for form in _forms(each.text))]


def _forms(text: str) -> set[bytes]:
    """How a text could be written: as it is, escaped, for wide letters, and as numbers."""
    plain = {text, text.split()[-1], text.partition("-too-long")[0], text.partition("/v")[0]}
    forms = {one.lower() for one in plain if len(one) > 5}
    return {
        *(form.encode() for form in forms),
        *(form.encode("utf-16-le") for form in forms),
        *(form.encode().hex().encode() for form in forms),
        *(ascii(form)[1:-1].encode() for form in forms),
    }
