"""Pictures of digits and shapes: `picture(seed)` is a pure function of its seed and returns a class number and a
picture. Each is one digit or shape, turned, slanted and shaken, in colour on a shaded ground, between scraps of
lines and at times with a stripe across, under noise. `hardness` from 0 to 1 scales all that disturbs.

    python3 pictures.py sheet.png --seed 7       a sheet of 80 pictures
"""
import argparse
import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from outlines import CLASSES, outline

SIDE = 48
FINENESS = 2  # drawn this many times larger, then reduced
COARSE = 12  # the side in which the shaded ground is computed
GRAIN = 8  # the step of grey values: coarse noise keeps PNG files small


def colour(rng, least, most):
    return tuple(rng.randrange(least, most) for _ in range(3))


def contrasting(rng, ground, least):
    """A light colour whose distance to the ground is at least this, or else the farthest of twenty."""
    tried = []
    for _ in range(20):
        tried.append(colour(rng, 90, 256))
        if math.dist(tried[-1], ground) >= least:
            return tried[-1]
    return max(tried, key=lambda chosen: math.dist(chosen, ground))


def placed(rng, lines, hardness):
    """The lines turned, slanted, stretched, shaken and moved, in parts of the picture's side."""
    angle, slant = math.radians(rng.gauss(0, 16 * hardness)), rng.gauss(0, 0.18 * hardness)
    size = rng.uniform(0.42 - 0.18 * hardness, 0.42)
    wide, high = size * rng.uniform(0.75, 1.15), size * rng.uniform(0.85, 1.15)
    x0, y0 = (0.5 + rng.uniform(-1, 1) * max(0.0, 0.47 - size) for _ in range(2))
    shake = rng.uniform(0, 0.06 * hardness)

    def move(point):
        x, y = (value + rng.gauss(0, shake) for value in point)
        x, y = wide * (x + slant * y), high * y
        return (x0 + x * math.cos(angle) - y * math.sin(angle), y0 + x * math.sin(angle) + y * math.cos(angle))

    return [[move(point) for point in line] for line in lines]


def stroke(draw, points, width, fill, closed, side):
    """A line with round ends and corners."""
    points = [(x * side, y * side) for x, y in points]
    if closed:
        points.append(points[0])
    draw.line(points, fill, max(1, round(width * side)))
    radius = width * side / 2
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill)


def scraps(rng, draw, count, inks, side):
    """Short lines, dots and bits of other classes, to be overlooked."""
    for _ in range(count):
        x, y, ink, width = rng.random(), rng.random(), rng.choice(inks), rng.uniform(0.01, 0.05)
        kind = rng.randrange(3)
        if kind == 0:
            angle, length = rng.uniform(0, 2 * math.pi), rng.uniform(0.08, 0.35)
            points = [(x, y), (x + length * math.cos(angle), y + length * math.sin(angle))]
        elif kind == 1:
            points = [(x, y), (x + 0.001, y)]
        else:
            line = rng.choice(outline(rng.choice(CLASSES), rng)[0])
            begin = rng.randrange(len(line))
            points = [(x + 0.15 * a, y + 0.15 * b) for a, b in line[begin:begin + 5]] + [(x, y)]
        stroke(draw, points, width, ink, False, side)


def ground(rng, side):
    """A plane from one colour to another across the picture."""
    first = colour(rng, 0, 150)
    second = tuple(max(0, value + rng.randrange(-60, 61)) for value in first)
    angle = rng.uniform(0, 2 * math.pi)
    line = np.linspace(-0.35, 0.35, COARSE, dtype=np.float32)
    share = 0.5 + line[:, None, None] * math.sin(angle) + line[:, None] * math.cos(angle)
    plane = np.uint8((1 - share) * np.float32(first) + share * np.float32(second))
    image = Image.fromarray(plane).resize((side, side), Image.Resampling.BILINEAR)
    return image, tuple((a + b) / 2 for a, b in zip(first, second))


def noise(rng, values, side, hardness):
    """Grey noise and speckles of the native picture's size, enlarged for larger ones."""
    source = np.random.default_rng(rng.randrange(2 ** 32))
    amount, speckles = rng.uniform(0, 34 * hardness), rng.uniform(0, 0.06 * hardness)
    draws = source.random((2, SIDE, SIDE), dtype=np.float32)
    grey = source.standard_normal((SIDE, SIDE), dtype=np.float32) * amount
    grey += 160 * np.sign(draws[0] - 0.5) * (draws[1] < speckles)
    if side != SIDE:
        grey = np.asarray(Image.fromarray(grey).resize((side, side), Image.Resampling.BILINEAR))
    coarse = np.round((values + grey[..., None]) / GRAIN) * GRAIN
    return Image.fromarray(np.clip(coarse, 0, 255).astype(np.uint8))


def picture(seed, side=SIDE, number=None, hardness=1.0):
    """The class number and the picture of a seed; `number` asks for a class."""
    rng = random.Random(seed)
    number = rng.randrange(len(CLASSES)) if number is None else number
    fine = side * FINENESS
    image, middle = ground(rng, fine)
    draw = ImageDraw.Draw(image)
    inks = [contrasting(rng, middle, least) for least in (rng.uniform(70, 190), 60, 60)]
    scraps(rng, draw, round(rng.randrange(0, 8) * hardness), inks, fine)
    body(rng, draw, number, inks[0], fine, hardness)
    scraps(rng, draw, round(rng.randrange(0, 4) * hardness), inks[1:], fine)
    if rng.random() < 0.4 * hardness:
        stripe(rng, draw, inks[2], fine)
    image = image.reduce(FINENESS)
    if rng.random() < 0.4 * hardness:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0) * side / SIDE))
    return number, noise(rng, np.asarray(image).astype(np.float32), side, hardness)


def body(rng, draw, number, ink, side, hardness):
    """The digit or shape itself; each closed line is filled or not."""
    lines, closed = outline(CLASSES[number], rng)
    width = rng.uniform(0.03, 0.08)
    for line in placed(rng, lines, hardness):
        if closed and rng.random() < 0.5:
            draw.polygon([(x * side, y * side) for x, y in line], ink)
        else:
            stroke(draw, line, width, ink, closed, side)


def stripe(rng, draw, ink, side):
    """A line from edge to edge."""
    at, lean = rng.uniform(0.25, 0.75), rng.uniform(-0.3, 0.3)
    ends = [(-0.1, at - lean), (1.1, at + lean)] if rng.random() < 0.5 else [(at - lean, -0.1), (at + lean, 1.1)]
    stroke(draw, ends, rng.uniform(0.02, 0.08), ink, False, side)


def sheet(seed, columns=10, rows=8, scale=2):
    whole = Image.new("RGB", (columns * SIDE * scale, rows * SIDE * scale))
    for i in range(columns * rows):
        image = picture(seed + i, number=i % len(CLASSES))[1].resize((SIDE * scale,) * 2, Image.Resampling.NEAREST)
        whole.paste(image, (i % columns * SIDE * scale, i // columns * SIDE * scale))
    return whole


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw a sheet of pictures.")
    parser.add_argument("output")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sheet(options.seed).save(options.output)
