"""The outlines of the pictures' classes: digits as pen strokes, shapes as closed outlines, in a square from -1 to 1
whose y goes down. No font is used. `outline(name, rng)` draws between the ways in which a class can be written.
"""
import math

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SHAPES = ["circle", "triangle", "square", "pentagon", "star", "heart", "moon", "cross", "boat", "fish"]
CLASSES = DIGITS + SHAPES


def arc(x, y, across, down, start, end, count=14):
    """Points of an ellipse around (x, y) from one angle to the other, in degrees; 270 is the top."""
    angles = [math.radians(start + (end - start) * i / (count - 1)) for i in range(count)]
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


def bend(start, control, end, count=8):
    """Points of a quadratic curve."""
    steps = [i / (count - 1) for i in range(count)]
    return [tuple((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip(start, control, end))
            for t in steps]


def polygon(corners, radius=1.0, inner=None):
    """A regular polygon with a corner at the top, or a star whose inner corners have the radius `inner`."""
    radii = [radius] if inner is None else [radius, inner]
    count = corners * len(radii)
    return [(radii[i % len(radii)] * math.sin(2 * math.pi * i / count),
             -radii[i % len(radii)] * math.cos(2 * math.pi * i / count)) for i in range(count)]


def digit(name, rng):
    """Strokes of a digit."""
    six = [bend((0.35, -0.95), (-0.6, -0.55), (-0.55, 0.4)), arc(0, 0.4, 0.55, 0.55, 180, 540, 20)]
    foot = [[(-0.4, 0.95), (0.5, 0.95)]] if rng.random() < 0.4 else []
    bar = [[(-0.3, 0.05), (0.5, 0.05)]] if rng.random() < 0.3 else []
    open_four = [[(-0.3, -0.95), (-0.6, 0.25), (0.6, 0.25)], [(0.3, -0.4), (0.3, 0.95)]]
    closed_four = [[(0.25, 0.95), (0.25, -0.95), (-0.65, 0.35), (0.65, 0.35)]]
    return {
        "zero": lambda: [arc(0, 0, 0.6, 0.95, 0, 360, 24)],
        "one": lambda: [[(-0.35, -0.55), (0.05, -0.95), (0.05, 0.95)], *foot],
        "two": lambda: [arc(0, -0.45, 0.55, 0.5, 190, 400) + [(-0.6, 0.95), (0.6, 0.95)]],
        "three": lambda: [arc(0, -0.48, 0.5, 0.47, 200, 450) + arc(0, 0.45, 0.58, 0.5, 270, 520)],
        "four": lambda: open_four if rng.random() < 0.4 else closed_four,
        "five": lambda: [[(0.55, -0.95), (-0.45, -0.95), (-0.5, -0.05)] + arc(0, 0.35, 0.58, 0.6, 220, 510)],
        "six": lambda: six,
        "seven": lambda: [[(-0.6, -0.95), (0.6, -0.95), (-0.15, 0.95)], *bar],
        "eight": lambda: [arc(0, -0.5, 0.45, 0.45, 90, 450, 20), arc(0, 0.45, 0.58, 0.5, -90, 270, 20)],
        "nine": lambda: [[(-x, -y) for x, y in stroke] for stroke in six],
    }[name]()


def heart():
    angles = [2 * math.pi * i / 28 for i in range(28)]
    return [(math.sin(t) ** 3, -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16)
            for t in angles]


def shape(name):
    """Closed outlines of a shape."""
    third = 1 / 3
    return {
        "circle": lambda: [arc(0, 0, 0.9, 0.9, 0, 360, 28)],
        "triangle": lambda: [polygon(3)],
        "square": lambda: [[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)]],
        "pentagon": lambda: [polygon(5, 0.95)],
        "star": lambda: [polygon(5, 1.0, 0.42)],
        "heart": lambda: [heart()],
        "moon": lambda: [arc(0, 0, 0.95, 0.95, 50, 310, 24) + arc(0.35, 0, 0.7, 0.75, 290, 70, 18)],
        "cross": lambda: [[(x * a, y * b) for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))
                           for x, y in corner(third)[::1 if a * b > 0 else -1]]],
        "boat": lambda: [[(-0.95, 0.35), (0.95, 0.35), (0.6, 0.9), (-0.6, 0.9)], [(0.05, -0.95), (0.05, 0.2), (-0.7, 0.2)],
                         [(0.15, -0.6), (0.15, 0.2), (0.65, 0.2)]],
        "fish": lambda: [arc(-0.2, 0, 0.75, 0.5, 25, 335, 22) + [(0.95, -0.5), (0.75, 0), (0.95, 0.5)]],
    }[name]()


def corner(arm):
    """One quarter of a cross whose arms are `arm` wide from their middle, from its lower arm to its right one."""
    return [(arm, 0.95), (arm, arm), (0.95, arm)]


def outline(name, rng):
    """The lines of a class, and whether they are closed."""
    return (digit(name, rng), False) if name in DIGITS else (shape(name), True)
