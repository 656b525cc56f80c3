"""Trains the sample model on one processor thread, by the clock: warm-up, a constant rate, then a linear decay to
zero over the last part of the time. The log says too what rounding to four and three bits costs at each look.

    python3 tokens.py ../tiny-tales/tokenizer.json train.bin
    python3 train.py train.bin --tokenizer ../tiny-tales/tokenizer.json --work run --minutes 110
"""
import argparse
import csv
import json
import math
import pathlib
import time

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

import llama
from evaluate import coarse
from tokens import HELD_OUT_SEED, stream

WARM_UP = 100  # steps
LENGTH = 512  # tokens of a window


def rate(options, step, progress):
    """Warm-up, plateau, linear decay. progress is elapsed time over the whole time."""
    return options.rate * min(1.0, (step + 1) / WARM_UP, max(0.0, (1.0 - progress) / options.decay))


def windows(data, count, generator, state):
    """Windows in a shuffled order without repetition until the stream has been seen once."""
    if state["next"] + count > len(state["order"]):
        offset = int(generator.integers(0, LENGTH))
        state.update(next=0, offset=offset, order=generator.permutation((len(data) - offset - 1) // LENGTH))
    chosen = state["order"][state["next"]:state["next"] + count]
    state["next"] += count
    starts = chosen * LENGTH + state["offset"]
    block = torch.from_numpy(np.stack([data[i:i + LENGTH + 1] for i in starts]).astype(np.int64))
    return block[:, :-1], block[:, 1:]


@torch.no_grad()
def perplexity(model, data):
    """exp of the mean negative log-likelihood over consecutive windows."""
    total = count = 0
    for start in range(0, len(data) - LENGTH - 1, LENGTH):
        ids = torch.from_numpy(data[None, start:start + LENGTH + 1].astype(np.int64))
        logits = model(ids[:, :-1])
        total += F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="sum").item()
        count += ids[:, 1:].numel()
    return math.exp(total / count)


def optimiser(model, options):
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or "embed" in name]
    groups = [{"params": matrices, "weight_decay": options.weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.97), fused=True)


def checkpoint(model, optimizer, work, step, tokens, elapsed):
    """Writes beside, then renames, so that a broken run leaves the last good file."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "tokens": tokens,
             "elapsed": elapsed}
    torch.save(state, work / "checkpoint.new")
    (work / "checkpoint.new").rename(work / "checkpoint.pt")
    llama.save(model, work / "latest")


def shape(options, tokenizer):
    """The changes that the options make to llama.CONFIG."""
    names = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
             "head_dim")
    chosen = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return {"vocab_size": tokenizer.get_vocab_size(), **chosen}


def look(model, held_out):
    """Held-out perplexity in single precision, and the cost in percent of linear layers at four and three bits."""
    base = perplexity(model, held_out)
    costs = [100 * (perplexity(coarse(model, bits), held_out) / base - 1) for bits in (4, 3)]
    return [f"{base:.4f}", *(f"{cost:.2f}" for cost in costs)]


def train(options):
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    generator, order = np.random.default_rng(options.seed), {"next": 0, "order": []}
    work = pathlib.Path(options.work)
    work.mkdir(parents=True, exist_ok=True)
    data = np.memmap(options.data, dtype=np.uint16, mode="r")
    tokenizer = Tokenizer.from_file(options.tokenizer)
    held_out = next(stream(tokenizer, HELD_OUT_SEED, 160))
    model = llama.Llama(shape(options, tokenizer))
    model.initialise()
    optimizer = optimiser(model, options)
    step = tokens = 0
    before = 0.0
    if options.resume:
        state = torch.load(work / "checkpoint.pt")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, tokens, before = state["step"], state["tokens"], state["elapsed"]
        generator = np.random.default_rng(options.seed + step)

    def loss_of(inputs, targets):
        return F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())

    run = torch.compile(loss_of) if options.compile else loss_of
    log = open(work / "log.csv", "a", newline="")
    begun, next_look, next_save, recent = time.time() - before, before + 60, before + 300, []
    while (elapsed := time.time() - begun) < options.minutes * 60:
        progress = elapsed / (options.minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = rate(options, step, progress)
        inputs, targets = windows(data, options.batch, generator, order)
        loss = run(inputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step, tokens = step + 1, tokens + targets.numel()
        recent = recent[-99:] + [loss.item()]
        if elapsed > next_look:
            row = [step, tokens, round(elapsed), f"{sum(recent) / len(recent):.4f}",
                   *look(model, held_out), f"{optimizer.param_groups[0]['lr']:.6f}"]
            csv.writer(log).writerow(row)
            log.flush()
            print(*row, flush=True)
            next_look = elapsed + options.look * 60
        if elapsed > next_save:
            checkpoint(model, optimizer, work, step, tokens, elapsed)
            next_save = elapsed + 300
    checkpoint(model, optimizer, work, step, tokens, elapsed)
    summary = {"steps": step, "tokens": tokens, "minutes": elapsed / 60, "perplexity": perplexity(model, held_out)}
    (work / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    print("done", summary, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the sample model.")
    parser.add_argument("data")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", default="run", help="folder for checkpoints and the log")
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--batch", type=int, default=4, help="windows of 512 tokens per step")
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--decay", type=float, default=0.4, help="share of the time in which the rate falls to zero")
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--hidden-size", type=int)
    parser.add_argument("--intermediate-size", type=int)
    parser.add_argument("--num-hidden-layers", type=int)
    parser.add_argument("--num-attention-heads", type=int)
    parser.add_argument("--num-key-value-heads", type=int)
    parser.add_argument("--head-dim", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--look", type=float, default=4, help="minutes between looks at the held-out perplexity")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--resume", action="store_true")
    train(parser.parse_args())
