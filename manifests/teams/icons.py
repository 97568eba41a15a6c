"""Alfred's icons, drawn: a bow tie whose knot is a coin. `python -m manifests.teams.icons` writes the two files anew.

Teams asks for 192 × 192 in full colour, whose corners it rounds itself, and for 32 × 32 in white on nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from typing import Final

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]
"""Two control points and the end of a cubic Bézier curve."""
Colour = tuple[int, int, int]
Pixel = tuple[float, float, float, float]
"""Red, green, blue, each times its opacity, and the opacity."""

MIDNIGHT: Final = (31, 41, 78)
DUSK: Final = (52, 68, 122)
WHITE: Final = (255, 255, 255)
SHADE: Final = (205, 213, 235)
GOLD: Final = (246, 190, 72)
DARK_GOLD: Final = (196, 136, 24)

ROWS_PER_PIXEL: Final = 16
STEPS: Final = 24
"""Into how many straight pieces a curve is cut."""

WING: Final[tuple[Point, Sequence[Curve]]] = (
    (8, -10),
    (
        ((22, -18), (36, -32), (48, -35)),
        ((56, -37), (60, -33), (60, -26)),
        ((56, -9), (56, 9), (60, 26)),
        ((60, 33), (56, 37), (48, 35)),
        ((36, 32), (22, 18), (8, 10)),
    ),
)
"""The right half of the tie, around the middle."""
FOLD: Final[tuple[Point, Sequence[Curve]]] = (
    (14, -3),
    (
        ((24, -5), (34, -8), (43, -13)),
        ((38, -5), (30, -1), (14, 3)),
    ),
)
"""Where the cloth is gathered."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A shape and its colour; None takes away what is below."""

    outline: Sequence[Point]
    colour: Colour | None


class Canvas:
    """Pixels with their opacity; layers are painted over each other."""

    def __init__(self, size: int) -> None:
        self.size: Final = size
        self._pixels: Final = [[(0.0, 0.0, 0.0, 0.0)] * size for _ in range(size)]

    def paint(self, layer: Layer, *, scale: float) -> None:
        """Draw a shape that is given around the middle."""
        middle = self.size / 2
        outline = [(middle + x * scale, middle + y * scale) for x, y in layer.outline]
        for at, row in enumerate(self._pixels):
            shares = _covered(outline, at, width=self.size)
            row[:] = [_over(pixel, layer.colour, share=share) for pixel, share in zip(row, shares, strict=True)]

    def png(self) -> bytes:
        """As a file (PNG, RFC 2083): eight bits, red, green, blue, opacity."""
        lines = b"".join(b"\0" + bytes(_byte(part) for pixel in row for part in _plain(pixel)) for row in self._pixels)
        header = struct.pack(">IIBBBBB", self.size, self.size, 8, 6, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def color() -> Canvas:
    """The one for stores and profiles."""
    canvas = Canvas(192)
    canvas.paint(Layer(_square(100), MIDNIGHT), scale=1)
    canvas.paint(Layer(_circle(84), DUSK), scale=1)
    for side in (1, -1):
        canvas.paint(Layer(_mirrored(_curved(*WING), side), WHITE), scale=1.06)
        for turn in (1, -1):
            fold = [(x, y * turn) for x, y in _curved(*FOLD)]
            canvas.paint(Layer(_mirrored(fold, side), SHADE), scale=1.06)
    for radius, colour in ((21.5, DUSK), (17.5, GOLD), (13, DARK_GOLD), (11, GOLD)):
        canvas.paint(Layer(_circle(radius), colour), scale=1.06)
    canvas.paint(Layer(_bar(2.2, 6.5), DARK_GOLD), scale=1.06)
    return canvas


def outline() -> Canvas:
    """The one for the edge of the window; the knot stands free."""
    canvas = Canvas(32)
    scale = 15.5 / 60
    for side in (1, -1):
        canvas.paint(Layer(_mirrored(_curved(*WING), side), WHITE), scale=scale)
    canvas.paint(Layer(_circle(22), None), scale=scale)
    canvas.paint(Layer(_circle(15), WHITE), scale=scale)
    return canvas


def write(folder: Path) -> None:
    """Both files."""
    (folder / "color.png").write_bytes(color().png())
    (folder / "outline.png").write_bytes(outline().png())


def _covered(outline: Sequence[Point], row: int, *, width: int) -> Iterator[float]:
    """How much of each pixel of a row lies within, by the share of each of its lines."""
    shares = [0.0] * width
    for line in range(ROWS_PER_PIXEL):
        y = row + (line + 0.5) / ROWS_PER_PIXEL
        crossings = sorted(_crossings(outline, y))
        for begin, end in zip(crossings[::2], crossings[1::2], strict=True):
            _add(shares, begin=max(begin, 0.0), end=min(end, float(width)))
    return (min(share / ROWS_PER_PIXEL, 1.0) for share in shares)


def _crossings(outline: Sequence[Point], y: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y1 <= y) != (y2 <= y):
            yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


def _add(shares: list[float], *, begin: float, end: float) -> None:
    for column in range(int(begin), min(int(end) + 1, len(shares))):
        shares[column] += max(min(end, column + 1) - max(begin, column), 0.0)


def _over(below: Pixel, colour: Colour | None, *, share: float) -> Pixel:
    """Premultiplied: what is below shows through where the shape does not cover."""
    red, green, blue, opacity = (part * (1 - share) for part in below)
    if colour is None:
        return red, green, blue, opacity
    return red + colour[0] * share, green + colour[1] * share, blue + colour[2] * share, opacity + 255 * share


def _plain(pixel: Pixel) -> Pixel:
    """Not premultiplied, as the file wants it."""
    red, green, blue, opacity = pixel
    if opacity <= 0:
        return 255, 255, 255, 0
    return red * 255 / opacity, green * 255 / opacity, blue * 255 / opacity, opacity


def _byte(part: float) -> int:
    return min(max(round(part), 0), 255)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _curved(start: Point, curves: Sequence[Curve]) -> list[Point]:
    points, last = [start], start
    for curve in curves:
        points += [_on(last, curve, t=step / STEPS) for step in range(1, STEPS + 1)]
        last = curve[2]
    return points


def _on(start: Point, curve: Curve, *, t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    points = (start, *curve)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, points, strict=True)) for axis in (0, 1))
    return x, y


def _mirrored(points: Sequence[Point], side: int) -> list[Point]:
    return [(x * side, y) for x, y in points]


def _circle(radius: float) -> list[Point]:
    count = 180
    return [(radius * cos(2 * pi * at / count), radius * sin(2 * pi * at / count)) for at in range(count)]


def _square(half: float) -> list[Point]:
    return [(-half, -half), (half, -half), (half, half), (-half, half)]


def _bar(half_width: float, half_height: float) -> list[Point]:
    return [
        (-half_width, -half_height),
        (half_width, -half_height),
        (half_width, half_height),
        (-half_width, half_height),
    ]


if __name__ == "__main__":
    write(Path(__file__).parent)
