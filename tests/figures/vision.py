"""How colours look to others: simulated colour blindness, greyscale, and the distance between two colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.figures.theme import channels

Floats = NDArray[np.float64]

SIMULATED = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0: matrices on linear sRGB."""
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> Floats:
    """Linear sRGB of "#rrggbb"."""
    value = np.array(channels(colour)) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: Floats) -> Floats:
    """CIE L*a*b* (D65) of linear sRGB."""
    t = (_TO_XYZ @ rgb) / _TO_XYZ.sum(axis=1)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(colour: str, kind: str) -> Floats:
    """CIE L*a*b* of a colour as someone with a kind of vision sees it."""
    return lab(np.clip(SIMULATED[kind] @ linear(colour), 0, 1))


def lightness(colour: str) -> float:
    """What is left of a colour in greyscale: L*, 0 to 100."""
    return float(lab(linear(colour))[0])


def distance(one: Floats, other: Floats) -> float:
    """CIEDE2000 of two colours in L*a*b* (Sharma, Wu and Dalal 2005)."""
    c7 = ((np.hypot(one[1], one[2]) + np.hypot(other[1], other[2])) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(c7 / (c7 + 25**7))
    (l1, c1, h1), (l2, c2, h2) = (_polar(x, stretch) for x in (one, other))
    turn = (h2 - h1 + 180) % 360 - 180
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_mean, c_mean, h_mean = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(h_mean - 30))
        + 0.24 * np.cos(np.radians(2 * h_mean))
        + 0.32 * np.cos(np.radians(3 * h_mean + 6))
        - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    bend = np.exp(-((((h_mean % 360) - 275) / 25) ** 2))
    r_t = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25**7)) * np.sin(np.radians(60 * bend))
    return float(np.sqrt((d_l / s_l) ** 2 + (d_c / s_c) ** 2 + (d_h / s_h) ** 2 + r_t * (d_c / s_c) * (d_h / s_h)))


def _polar(one: Floats, stretch: float) -> tuple[float, float, float]:
    a = one[1] * stretch
    return float(one[0]), float(np.hypot(a, one[2])), float(np.degrees(np.arctan2(one[2], a)) % 360)
