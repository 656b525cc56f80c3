"""Trains the vision transformer of transformers' ViT form on drawn pictures, one thread, by the clock.

    python3 train_pictures.py ../tiny-shapes --pictures pictures.bin --minutes 22
"""
import argparse
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional as F
from transformers import ViTConfig, ViTForImageClassification

import clock
from outlines import CLASSES
from pictures import SIDE, picture

EASY = 30_000  # pictures, before all are as hard as the held-out ones
CALIBRATION_SEED = 700_000_000
HELD_OUT_SEED = 900_000_000
PREPARATION = {
    "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "ViTImageProcessor", "image_std": [0.5, 0.5, 0.5],
    "resample": 2, "rescale_factor": 1 / 255, "size": {"height": SIDE, "width": SIDE},
}


def configuration(options):
    return ViTConfig(
        image_size=SIDE, patch_size=8, hidden_size=options.hidden_size, num_hidden_layers=options.layers,
        num_attention_heads=options.heads, intermediate_size=options.intermediate_size, hidden_act="gelu",
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, layer_norm_eps=1e-6, initializer_range=0.06,
        id2label=dict(enumerate(CLASSES)), label2id={name: i for i, name in enumerate(CLASSES)})


def places(model):
    """Starts the position embeddings from waves along both sides, so that neighbours are told from the first step."""
    embeddings = model.vit.embeddings.position_embeddings
    side, width = SIDE // model.config.patch_size, model.config.hidden_size // 4
    angle = torch.outer(torch.arange(side), 100.0 ** (-torch.arange(width) / width))
    waves = torch.cat((angle.sin(), angle.cos()), 1)
    down, across = waves.repeat_interleave(side, 0), waves.repeat(side, 1)
    embeddings.data[0, 1:] = 0.3 * torch.cat((down, across), 1)


def draw(first_seed, count, hardness=lambda i: 1.0):
    """Pictures [count, side, side, 3] and their classes, of consecutive seeds."""
    pictures, labels = np.empty((count, SIDE, SIDE, 3), np.uint8), np.empty(count, np.int64)
    for i in range(count):
        labels[i], image = picture(first_seed + i, hardness=hardness(i))
        pictures[i] = np.asarray(image)
        if i % 10_000 == 9_999:
            print(i + 1, "pictures drawn", flush=True)
    return pictures, labels


def pool(path, count):
    """The pictures of training, from easy to hard, drawn once and kept in two files."""
    labels_path = path.with_suffix(".labels")
    if not labels_path.exists():
        pictures, labels = draw(0, count, lambda i: min(1.0, i / EASY))
        pictures.tofile(path)
        labels.tofile(labels_path)
    labels = np.fromfile(labels_path, np.int64)
    return np.memmap(path, np.uint8, "r", shape=(len(labels), SIDE, SIDE, 3)), labels


def prepared(pictures):
    """What the preparation makes of pictures of the native size: [count, 3, side, side] from -1 to 1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def batches(pictures, labels, size, generator):
    """Batches, first from easy to hard, then the hard ones in a new order each time that all have been seen."""
    order = np.arange(len(labels))
    while True:
        for start in range(0, len(order) - size + 1, size):
            chosen = np.sort(order[start:start + size])
            yield prepared(pictures[chosen]), torch.from_numpy(labels[chosen])
        order = generator.permutation(np.arange(EASY, len(labels)))


@torch.no_grad()
def accuracy(model, inputs, labels):
    right = [(model(inputs[i:i + 100]).logits.argmax(-1) == labels[i:i + 100]).sum().item()
             for i in range(0, len(labels), 100)]
    return sum(right) / len(labels)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the sample vision transformer.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path, required=True, help="file of drawn pictures; written if absent")
    parser.add_argument("--count", type=int, default=70_000, help="pictures to draw")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--look", type=float, default=2, help="minutes between looks at the held-out accuracy")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--intermediate-size", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    pictures, labels = pool(options.pictures, options.count)
    held_out, held_out_labels = draw(HELD_OUT_SEED, 1000)
    held_out, held_out_labels = prepared(held_out), torch.from_numpy(held_out_labels)
    model = ViTForImageClassification(configuration(options))
    places(model)
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    steps = clock.train(
        model, batches(pictures, labels, options.batch, np.random.default_rng(1)),
        lambda model, batch: F.cross_entropy(model(batch[0]).logits, batch[1], label_smoothing=0.05),
        lambda model: [f"{accuracy(model, held_out, held_out_labels):.4f}"], options,
        options.pictures.with_suffix(".csv"))
    model.eval().half().save_pretrained(options.folder)
    (options.folder / "preprocessor_config.json").write_text(json.dumps(PREPARATION, indent=2) + "\n")
    print(steps, "steps,", accuracy(model.float(), held_out, held_out_labels), flush=True)
