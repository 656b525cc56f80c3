"""Trains the byte-level BPE vocabulary (GPT-2 pre-tokenizer) on generated text.

    python3 train_tokenizer.py ../tiny-tales
    python3 train_tokenizer.py ../tiny-tales-mini --entries 1024
"""
import argparse
import json
import pathlib

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from grammar import document

FIRST_SEED = 500_000_000  # away from the seeds of training (0 …) and of the held-out text (900,000,000 …)


def train(folder, entries, documents=12_000):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=entries, special_tokens=["<s>", "</s>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator((document(FIRST_SEED + i) for i in range(documents)), trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": False, "model_max_length": 512,
                "clean_up_tokenization_spaces": False, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    return tokenizer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the vocabulary.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--entries", type=int, default=2048)
    options = parser.parse_args()
    print(train(options.folder, options.entries).get_vocab_size(), "entries")
