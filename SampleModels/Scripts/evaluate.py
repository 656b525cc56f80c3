"""Held-out perplexity of the sample model as stored and with its weights rounded to few bits, and sample text.

    python3 evaluate.py ../tiny-tales
    python3 evaluate.py ../tiny-tales --write-held-out 60000       writes held-out.txt anew
    python3 evaluate.py ../tiny-tales --write-calibration 30000    writes calibration.txt anew

Rounding is that of rounding.py, per output channel.
"""
import argparse
import math
import pathlib

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

import llama
from rounding import quantized
from tokens import BOS, CALIBRATION_SEED, EOS, HELD_OUT_SEED, text

WINDOW = 512


def coarse(model, bits, embedding=False):
    """A copy with its linear layers rounded, and the tied embedding (the output layer) too where asked."""
    return quantized(model, bits, lambda name: embedding or "embed" not in name)


@torch.no_grad()
def mean_loss(model, ids):
    """Mean negative log-likelihood (nats per token) over consecutive windows of the token stream: of each window
    of 512 tokens all but the first are predicted."""
    total = count = 0
    for start in range(0, len(ids), WINDOW):
        window = torch.tensor([ids[start:start + WINDOW]])
        if window.shape[1] > 1:
            losses = F.cross_entropy(model(window[:, :-1])[0], window[0, 1:], reduction="sum")
            total, count = total + losses.item(), count + window.shape[1] - 1
    return total / count


@torch.no_grad()
def generate(model, ids, count, temperature, seed):
    """Continues the ids by temperature sampling, greedily at temperature zero, up to the end mark."""
    generator = torch.Generator().manual_seed(seed)
    ids = list(ids)
    for _ in range(min(count, WINDOW - len(ids))):
        logits = model(torch.tensor([ids]))[0, -1]
        if temperature == 0:
            token = int(logits.argmax())
        else:
            token = int(torch.multinomial(torch.softmax(logits / temperature, 0), 1, generator=generator))
        if token == EOS:
            break
        ids.append(token)
    return ids


def table(model, ids):
    """Rows of (name, perplexity, cost against the stored weights) printed as Markdown."""
    base = mean_loss(model, ids)
    print(f"| weights | perplexity | cost |\n|---|---|---|\n| f16 as stored | {math.exp(base):.4f} | |")
    for embedding in (False, True):
        for bits in (8, 6, 5, 4, 3, 2):
            loss = mean_loss(coarse(model, bits, embedding), ids)
            place = ", embedding too" if embedding else ""
            print(f"| int{bits} per channel{place} | {math.exp(loss):.4f} | {100 * math.expm1(loss - base):+.2f} % |",
                  flush=True)


def samples(model, tokenizer, prompts, seed):
    """The same prompts from the stored weights and from coarse ones."""
    for name, bits in (("f16", None), ("int4", 4), ("int3", 3)):
        chosen = model if bits is None else coarse(model, bits)
        for prompt in prompts:
            ids = [BOS] + tokenizer.encode(prompt, add_special_tokens=False).ids
            print(f"\n[{name}] {tokenizer.decode(generate(chosen, ids, 260, 0.7, seed))}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the sample model.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--write-held-out", type=int, metavar="CHARACTERS")
    parser.add_argument("--write-calibration", type=int, metavar="CHARACTERS")
    parser.add_argument("--prompt", action="append")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--no-samples", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    text_file = options.folder / "held-out.txt"
    if options.write_held_out:
        text_file.write_text(text(HELD_OUT_SEED, options.write_held_out), encoding="utf-8")
    if options.write_calibration:
        calibration = text(CALIBRATION_SEED, options.write_calibration)
        (options.folder / "calibration.txt").write_text(calibration, encoding="utf-8")
    stored = llama.load(options.folder)
    coder = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    held_out = coder.encode(text_file.read_text(encoding="utf-8"), add_special_tokens=False).ids
    print(len(held_out), "tokens of held-out text\n")
    table(stored, held_out)
    if not options.no_samples:
        samples(stored, coder, options.prompt or ["Once", "Tell a story by the sea."], options.seed)
