"""Token streams of generated documents. Of ten documents, seven stand between <s> and </s>, three run on after an
empty line, so that the model knows both forms of boundary.

    python3 tokens.py ../tiny-tales/tokenizer.json train.bin --tokens 25000000
"""
import argparse
import random

import numpy as np
from tokenizers import Tokenizer

from grammar import document

CALIBRATION_SEED = 700_000_000
HELD_OUT_SEED = 900_000_000
BOS, EOS = 0, 1


def stream(tokenizer, first_seed, batch=4096):
    """Yields arrays of token ids without end."""
    rng = random.Random(first_seed)
    while True:
        texts = [document(first_seed + i) for i in range(batch)]
        runs_on = [rng.random() < 0.3 for _ in texts]
        encoded = tokenizer.encode_batch([text + "\n\n" * on for text, on in zip(texts, runs_on)],
                                         add_special_tokens=False)
        ids, opened = [], False
        for entry, on in zip(encoded, runs_on):
            ids += ([] if opened else [BOS]) + entry.ids + ([] if on else [EOS])
            opened = on
        yield np.array(ids, dtype=np.uint16)
        first_seed += batch


def text(seed, characters):
    """Documents from the seed on, one empty line between them. Training never reaches the two seeds above."""
    texts = []
    while sum(map(len, texts)) < characters:
        texts.append(document(seed))
        seed += 1
    return "\n\n".join(texts) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the token stream of training as 16-bit numbers.")
    parser.add_argument("tokenizer")
    parser.add_argument("output")
    parser.add_argument("--tokens", type=int, default=25_000_000)
    options = parser.parse_args()
    written = 0
    with open(options.output, "wb") as file:
        for part in stream(Tokenizer.from_file(options.tokenizer), 0):
            file.write(part.tobytes())
            written += len(part)
            if written >= options.tokens:
                break
    print(written, "tokens")
