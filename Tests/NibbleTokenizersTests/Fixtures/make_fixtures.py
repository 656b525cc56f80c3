"""Trains small vocabularies and records the ids of seeded Unicode strings.

    pip install tokenizers
    python make_fixtures.py FOLDER COUNT     (20000 for the large set; 300 made the committed one)
"""
import json, random, sys
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
RANGES = [(0x20, 0x7F), (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x600), (0x600, 0x700),
          (0x900, 0x980), (0x1100, 0x1200), (0x2000, 0x2070), (0x2150, 0x2190), (0x3040, 0x3100),
          (0x4E00, 0x5000), (0xAC00, 0xAE00), (0xE000, 0xE020), (0xFE00, 0xFF70), (0x1D400, 0x1D500),
          (0x1F300, 0x1F650), (0x0, 0x20), (0x7F, 0xA0), (0x40000, 0x40010)]
FIXED = ["I'll", "WE'VE", "it'ſ", "don't", " \n\n ", "\r\n", "   ", "\t", "\u00a0", "\u3000", "\u0085", "\u2028",
         "👩‍👩‍👧", "🇩🇪", "e\u0301", "é", "한국어", "שלום", "if (x<=10) {\n    y += 2;\n}", "12345", "³½", "३४",
         "<|end|>", "<extra>", "▁", " '", "''s", "\ufeff", "İ"]
ADDED = ["two words", "two  words", "Lily", "_", "\u0301", "x", "e\u0301t\u00e9", "\u00e9te\u0301", "\u200d"]
SENTENCES = ["Isn't he their friend, or do not they know?", "“Hello”, she said: it’s 3.5 €!", "ÀÉÎõü Ǆ İstanbul ẞ ΣΑΣ",
             "漢字かな交じり文 한국어", "a\u200bb\u00adc\ufeffd\ue000e\u0378f\ufffdg\x00h", "naïve café re\u0301sume\u0301",
             "supercalifragilisticexpialidocious", "x" * 31, "[MASK] is [UNK] [SEP]here", "$100+5=<a>^`|~", "\u2028\u00a0\u3000",
             "don't I'm we've they're he's can't", "\U0002a700 \U0002b820 \uf900 \u3400", "🧐 👩‍👩‍👧 🇩🇪", "a\u0e33b ก็", "‿⁀﹏"]
WORDS = "the quick brown fox was a little house and said to Lily once upon time value return def".split()


def text(random):
    def part():
        kind = random.randrange(5)
        if kind == 0: return random.choice(WORDS)
        if kind == 1: return random.choice(FIXED)
        if kind == 2: return str(random.randrange(10 ** random.randrange(1, 8)))
        if kind == 3: return random.choice([" ", " ", "  ", "\n", ""])
        low, high = random.choice(RANGES)
        return "".join(chr(random.randrange(low, high)) for _ in range(random.randrange(1, 6)))
    return "".join(part() + random.choice(["", " "]) for _ in range(random.randrange(0, 14)))


def text_with_added(random):
    return "".join(random.choice([random.choice(ADDED), random.choice(FIXED), text(random)[:6], " "])
                   for _ in range(random.randrange(0, 12)))


def split(pattern):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def byte_level(pre):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre, decoders.ByteLevel()
    return tokenizer, trainers.BpeTrainer(vocab_size=1200, show_progress=False,
                                          initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def sentence_piece():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    return tokenizer, trainers.BpeTrainer(vocab_size=1000, show_progress=False, special_tokens=special,
                                          limit_alphabet=200)


def word_piece(corpus, lowercase, post_processor):
    """BERT's tokenizer, uncased or cased."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=30))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(corpus, trainers.WordPieceTrainer(
        vocab_size=900, show_progress=False, special_tokens=special, limit_alphabet=300))
    tokenizer.post_processor = post_processor
    return tokenizer


def metaspace(corpus):
    """SentencePiece's spaces by a pre-tokenizer, as newer files have them, and RoBERTa's way with pairs."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=700, show_progress=False, special_tokens=["<s>", "</s>", "<unk>"], limit_alphabet=200))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    return tokenizer


def record_encoders(folder, count):
    """Tokenizers of encoders, with pairs, types and masks."""
    corpus = [text(random.Random(seed)) for seed in range(-4000, 0)]
    strings = [text(random.Random(seed)) for seed in range(count)] + SENTENCES
    template = processors.TemplateProcessing(
        "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    for name, tokenizer in [
        ("bert", word_piece(corpus, True, template)),
        ("bert-cased", word_piece(corpus, False, processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2)))),
        ("metaspace", metaspace(corpus)),
    ]:
        record(tokenizer, strings, folder, name)
        pairs = list(zip(strings, strings[1:]))[::5]
        with open(f"{folder}/{name}.pairs.json", "w") as out:
            encoded = [tokenizer.encode(*pair) for pair in pairs]
            bare = [tokenizer.encode(*pair, add_special_tokens=False) for pair in pairs]
            json.dump({"pairs": pairs, "ids": [e.ids for e in encoded], "types": [e.type_ids for e in encoded],
                       "special": [e.special_tokens_mask for e in encoded],
                       "bareTypes": [e.type_ids for e in bare]}, out, separators=(",", ":"))


def main(folder, count):
    corpus = [text(random.Random(seed)) for seed in range(-4000, 0)]
    strings = [text(random.Random(seed)) for seed in range(count)]
    makers = {"gpt2": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)), "llama3": byte_level(split(LLAMA3)),
              "qwen2": byte_level(split(QWEN2)), "spm": sentence_piece()}
    for name, (tokenizer, trainer) in makers.items():
        if name == "qwen2": tokenizer.normalizer = normalizers.NFC()
        tokenizer.train_from_iterator(corpus, trainer)
        if name == "spm":
            fields = json.loads(tokenizer.to_str())
            fields["added_tokens"] = [t for t in fields["added_tokens"] if t["id"] < 2]
            tokenizer = Tokenizer.from_str(json.dumps(fields))
            tokenizer.post_processor = processors.TemplateProcessing("<s> $A", None, [("<s>", 1)])
        tokenizer.add_special_tokens(["<|end|>"])
        tokenizer.add_tokens([AddedToken("<extra>", lstrip=True, rstrip=True, normalized=False)])
        record(tokenizer, strings, folder, name)
    record_encoders(folder, count)
    record_added(tokenizer, [text_with_added(random.Random(seed)) for seed in range(count)], folder)


def record_added(tokenizer, strings, folder):
    """Tokens looked for in the normalized text, and tokens that count only as a whole word."""
    for name, prepend in [("added", []), ("added-prepend", [normalizers.Prepend("▁")])]:
        tokenizer = Tokenizer.from_str(tokenizer.to_str())
        tokenizer.normalizer = normalizers.Sequence(prepend + [normalizers.NFC(), normalizers.Replace(" ", "▁")])
        tokenizer.add_tokens([
            AddedToken("two words", normalized=True), AddedToken("été", normalized=True),
            AddedToken("Lily", normalized=False, single_word=True), AddedToken("x", single_word=True, lstrip=True),
            AddedToken("\u200d", normalized=False, single_word=True, rstrip=True)])
        # Read again: tokens that were added before are looked for with the new normalizer.
        record(Tokenizer.from_str(tokenizer.to_str()), strings, folder, name)


def record(tokenizer, strings, folder, name):
    tokenizer.save(f"{folder}/{name}.json", pretty=False)
    encoded = [tokenizer.encode(string).ids for string in strings]
    decoded = [tokenizer.decode(ids) for ids in encoded]
    with open(f"{folder}/{name}.ids.json", "w") as out:
        json.dump({"strings": strings, "ids": encoded, "decoded": decoded}, out, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
