"""Accuracy of a classifier as stored and with its weights rounded, and the share of held-out items in which it says
the same class as stored (agreement). Rounded are the matrices that nibble's rule ".*" means: the linear layers, the
patch projection and the embedding of words, but no positions, token types, norms or biases. Rounding is that of
rounding.py.

    python3 evaluate_classifier.py ../tiny-messages ../tiny-messages/held-out.csv
    python3 evaluate_classifier.py ../tiny-shapes ../tiny-shapes/held-out
"""
import argparse
import csv
import pathlib

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification, ViTForImageClassification

import train_messages
import train_pictures
from rounding import quantized


def is_rounded(name):
    return not any(part in name for part in ("position_embeddings", "token_type_embeddings", "cls_token"))


def texts(folder, path):
    """The model, what gives its logits, and the classes of the texts."""
    model = BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    with open(path, newline="", encoding="utf-8") as file:
        pairs = [(model.config.label2id[row["label"]], row["text"]) for row in csv.DictReader(file)]
    labels = torch.tensor([label for label, _ in pairs])
    return model, lambda model: train_messages.logits(model, tokenizer, pairs), labels


def images(folder, path):
    """The same for a folder of pictures per class."""
    model = ViTForImageClassification.from_pretrained(folder, dtype=torch.float32).eval()
    files = sorted(path.glob("*/*.png"))
    inputs = train_pictures.prepared(np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files]))
    labels = torch.tensor([model.config.label2id[file.parent.name] for file in files])

    @torch.no_grad()
    def logits(model):
        return torch.cat([model(inputs[i:i + 50]).logits for i in range(0, len(inputs), 50)])

    return model, logits, labels


def table(model, logits, labels):
    """Rows of (weights, accuracy, agreement) printed as Markdown."""
    stored = logits(model).argmax(-1)
    print(f"{len(labels)} items\n\n| weights | accuracy | agreement |\n|---|---|---|")
    print(f"| f16 as stored | {100 * (stored == labels).float().mean():.1f} % | |")
    for per_tensor, place in ((False, "channel"), (True, "tensor")):
        for bits in (8, 6, 4, 3, 2):
            said = logits(quantized(model, bits, is_rounded, per_tensor)).argmax(-1)
            accuracy, agreement = (100 * (said == wanted).float().mean() for wanted in (labels, stored))
            print(f"| int{bits} per {place} | {accuracy:.1f} % | {agreement:.1f} % |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure a sample classifier.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    table(*(images if options.data.is_dir() else texts)(options.folder, options.data))
