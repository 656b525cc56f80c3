"""Trains the byte-level BPE vocabulary (GPT-2 pre-tokenizer, 2048 entries) on generated text.

    python3 train_tokenizer.py ../tiny-tales
"""
import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from grammar import document

VOCABULARY = 2048
FIRST_SEED = 500_000_000  # away from the seeds of training (0 …) and of the held-out text (900,000,000 …)


def train(folder, documents=12_000):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=["<s>", "</s>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator((document(FIRST_SEED + i) for i in range(documents)), trainer)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": False, "model_max_length": 512,
                "clean_up_tokenization_spaces": False, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    return tokenizer


if __name__ == "__main__":
    print(train(pathlib.Path(sys.argv[1])).get_vocab_size(), "entries")
