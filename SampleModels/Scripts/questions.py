"""The share of questions answered right, greedily, as stored and at few bits: from memory (the register, whose
answers stand nowhere in the text) and from the story before them (what the hero owned, told in its first lines).

    python3 questions.py ../tiny-tales
"""
import argparse
import pathlib
import random

import torch
from tokenizers import Tokenizer

import grammar
import llama
import world
from evaluate import WINDOW, coarse
from tokens import BOS, HELD_OUT_SEED

OWNED = "\nQuestion: What did "


def from_memory(rng):
    question, answer = world.register(rng).split("\n")[:2]
    return question + "\nAnswer:", answer.removeprefix("Answer:")


def from_story(rng):
    """A new story up to its question about the hero's thing, and the answer."""
    while True:
        head, found, rest = grammar.polish(grammar.story(rng)).partition(OWNED)
        if found:
            question, answer = rest.split("\n")[:2]
            return f"{head}{OWNED}{question}\nAnswer:", answer.removeprefix("Answer:")


@torch.no_grad()
def share(model, tokenizer, pairs):
    """Percent of pairs in which every token of the answer is the likeliest one."""
    right = count = 0
    for prompt, answer in pairs:
        ids, want = [BOS] + tokenizer.encode(prompt).ids, tokenizer.encode(answer).ids
        if len(ids) + len(want) > WINDOW:
            continue
        logits = model(torch.tensor([ids + want]))[0]
        right += bool((logits[len(ids) - 1:-1].argmax(-1) == torch.tensor(want)).all())
        count += 1
    return 100 * right / count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Ask the sample model.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = llama.load(options.folder)
    tokenizer = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    rng = random.Random(HELD_OUT_SEED)
    kinds = {"memory": [from_memory(rng) for _ in range(options.count)],
             "story": [from_story(rng) for _ in range(options.count)]}
    print("| weights | from memory | from the story |\n|---|---|---|")
    for bits in (None, 8, 4, 3):
        chosen = coarse(model, bits) if bits else model
        cells = " | ".join(f"{share(chosen, tokenizer, pairs):.0f} %" for pairs in kinds.values())
        print(f"| {f'int{bits}' if bits else 'f16'} | {cells} |", flush=True)
