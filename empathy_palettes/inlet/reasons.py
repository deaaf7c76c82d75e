"""Why something that arrived was not let in: every reason, with the name it is counted under.

Does not count and does not explain: `notices` does.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason for a rejection; its value is the name in every report."""

    # Of a datagram, before it is decoded.
    NETWORK = "network"  # from a machine outside the inlet's networks
    RATE = "too fast"  # more from one machine than the inlet's rate
    FLOOD = "flood"  # more that takes long to read than a frame has time for

    # Of a datagram, by `osc`; it is rejected whole and counted once.
    SIZE = "size"  # longer than the limit, or not a positive multiple of four
    ADDRESS = "address"  # no slash in front, too long, unterminated, or not printable ASCII
    TYPES = "type tags"  # unterminated, not ASCII, an unknown tag, or brackets that do not match
    ARGUMENTS = "arguments"  # more than the limit
    TRUNCATED = "truncated"  # an argument runs past the end
    TRAILING = "trailing"  # bytes are left over behind the last argument
    PADDING = "padding"  # a padding byte is not zero
    TEXT = "text"  # a string that is too long or not UTF-8, or a character that is none
    BUNDLE = "bundle"  # an element's size is not positive, no multiple of four, or leads outside
    DEPTH = "depth"  # bundles within bundles beyond the limit
    ELEMENTS = "elements"  # more than the limit, in all the bundles of a datagram together

    # Of a message, by `address`.
    UNKNOWN_ADDRESS = "unknown address"
    NAME = "name"  # a participant's name is not 1 to 64 printable ASCII bytes
    VALUES = "values"  # the address is known, its values are of another number or type
    NOT_A_NUMBER = "not a number"
    RANGE = "out of range"
    WEIGHT = "weight"  # outside 0..1
    WORD = "unknown word"
    CONSENT = "consent"  # neither 0, 1 nor 2

    # Of an observation, by `gate`.
    ELSEWHERE = "elsewhere"  # from another machine than the one that speaks for that name
    WAITING = "waiting for consent"
    WITHDRAWN = "withdrawn"
    PEOPLE = "max people"
    NEWCOMERS = "new names"  # more of them in a second than a machine may bring
    REFUSALS = "new refusals"  # of people never met, more in a second than a machine may bring
    WITHDRAWALS = "max withdrawals"
    CIRCLES = "max circles"
