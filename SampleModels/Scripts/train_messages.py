"""Trains the text classifier of transformers' BERT form on messages, one thread, by the clock; its WordPiece
vocabulary comes first, from messages of other seeds.

    python3 train_messages.py ../tiny-messages --log log.csv --minutes 15
"""
import argparse
import csv
import json
import pathlib

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch.nn import functional as F
from transformers import BertConfig, BertForSequenceClassification

import clock
from messages import WISHES, message

VOCABULARY_SEED, CALIBRATION_SEED, HELD_OUT_SEED = 500_000_000, 700_000_000, 900_000_000
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LONGEST = 128  # tokens


def vocabulary(entries, documents=20_000):
    """A lowercasing WordPiece tokenizer like BERT's, trained on messages."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=entries, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator((message(VOCABULARY_SEED + i)[1] for i in range(documents)), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, SPECIAL.index(name)) for name in ("[CLS]", "[SEP]")])
    return tokenizer


def save_tokenizer(tokenizer, folder):
    """Writes tokenizer.json, vocab.txt and tokenizer_config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in tokens), encoding="utf-8")
    settings = {
        "cls_token": "[CLS]", "do_lower_case": True, "mask_token": "[MASK]", "model_max_length": LONGEST,
        "pad_token": "[PAD]", "sep_token": "[SEP]", "strip_accents": None, "tokenize_chinese_chars": True,
        "tokenizer_class": "BertTokenizer", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def configuration(options, entries):
    return BertConfig(
        vocab_size=entries, hidden_size=options.hidden_size, num_hidden_layers=options.layers,
        num_attention_heads=options.heads, intermediate_size=options.intermediate_size,
        max_position_embeddings=LONGEST, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        classifier_dropout=0.0, pad_token_id=0, id2label=dict(enumerate(WISHES)),
        label2id={name: i for i, name in enumerate(WISHES)})


def padded(tokenizer, pairs):
    """Ids, mask and labels of (label, text) pairs, padded to the longest."""
    rows = [entry.ids[:LONGEST] for entry in tokenizer.encode_batch([text for _, text in pairs])]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask, torch.tensor([label for label, _ in pairs])


def batches(tokenizer, size):
    """Batches of messages that were never seen before, of like lengths."""
    seed, pool = 0, 16
    while True:
        pairs = [message(seed + i) for i in range(size * pool)]
        seed += len(pairs)
        pairs.sort(key=lambda pair: len(pair[1]))
        for place in torch.randperm(pool).tolist():
            yield padded(tokenizer, pairs[place * size:(place + 1) * size])


@torch.no_grad()
def logits(model, tokenizer, pairs):
    """Logits [texts, classes]."""
    parts = []
    for start in range(0, len(pairs), 50):
        ids, mask, _ = padded(tokenizer, pairs[start:start + 50])
        parts.append(model(input_ids=ids, attention_mask=mask).logits)
    return torch.cat(parts)


def accuracy(model, tokenizer, pairs):
    labels = torch.tensor([label for label, _ in pairs])
    return (logits(model, tokenizer, pairs).argmax(-1) == labels).float().mean().item()


def write_table(path, first_seed, count):
    """A CSV file of texts and their labels."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "label"])
        for seed in range(first_seed, first_seed + count):
            label, text = message(seed)
            writer.writerow([text, WISHES[label]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train the sample text classifier.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--log", default="messages.csv")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--look", type=float, default=1, help="minutes between looks at the held-out accuracy")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--entries", type=int, default=1024)
    parser.add_argument("--hidden-size", type=int, default=96)
    parser.add_argument("--intermediate-size", type=int, default=192)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--heads", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    tokenizer = vocabulary(options.entries)
    save_tokenizer(tokenizer, options.folder)
    held_out = [message(HELD_OUT_SEED + i) for i in range(1000)]
    model = BertForSequenceClassification(configuration(options, tokenizer.get_vocab_size()))
    print(sum(p.numel() for p in model.parameters()), "parameters,", tokenizer.get_vocab_size(), "entries", flush=True)
    steps = clock.train(
        model, batches(tokenizer, options.batch),
        lambda model, batch: F.cross_entropy(model(input_ids=batch[0], attention_mask=batch[1]).logits, batch[2]),
        lambda model: [f"{accuracy(model, tokenizer, held_out):.4f}"], options, options.log)
    model.eval().half().save_pretrained(options.folder)
    write_table(options.folder / "held-out.csv", HELD_OUT_SEED, 1000)
    write_table(options.folder / "calibration.csv", CALIBRATION_SEED, 200)
    print(steps, "steps,", accuracy(model.float(), tokenizer, held_out), flush=True)
