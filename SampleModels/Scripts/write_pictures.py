"""Writes the pictures beside the sample vision transformer: `held-out/CLASS/` and `calibration/` at the model's own
size, and `examples/`, larger and less disturbed, to look at.

    python3 write_pictures.py ../tiny-shapes
"""
import argparse
import pathlib

from outlines import CLASSES
from pictures import picture
from train_pictures import CALIBRATION_SEED, HELD_OUT_SEED

EXAMPLE_SEED = 800_000_000
EXAMPLES = [("seven", 128, "png"), ("fish", 160, "png"), ("three", 192, "png"), ("star", 128, "png"),
            ("boat", 160, "jpg"), ("nine", 160, "png"), ("moon", 192, "jpg"), ("heart", 144, "png")]


def held_out(folder, per_class):
    """The first pictures of each class from the seed on."""
    seed, missing = HELD_OUT_SEED, dict.fromkeys(range(len(CLASSES)), per_class)
    while any(missing.values()):
        number, image = picture(seed)
        if missing[number]:
            missing[number] -= 1
            place = folder / CLASSES[number]
            place.mkdir(parents=True, exist_ok=True)
            image.save(place / f"{seed - HELD_OUT_SEED:04}.png", optimize=True)
        seed += 1


def calibration(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        picture(CALIBRATION_SEED + i)[1].save(folder / f"{i:02}.png", optimize=True)


def examples(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for i, (name, side, form) in enumerate(EXAMPLES):
        image = picture(EXAMPLE_SEED + i, side, CLASSES.index(name), hardness=0.5)[1]
        settings = {"optimize": True} if form == "png" else {"quality": 85}
        image.save(folder / f"{name}.{form}", **settings)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the pictures of the sample vision transformer.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--per-class", type=int, default=15)
    parser.add_argument("--calibration", type=int, default=60)
    options = parser.parse_args()
    held_out(options.folder / "held-out", options.per_class)
    calibration(options.folder / "calibration", options.calibration)
    examples(options.folder / "examples")
