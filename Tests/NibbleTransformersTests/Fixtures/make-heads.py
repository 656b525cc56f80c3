"""Writes the fixtures of heads: small encoders of random weights with what transformers computes for them in float32.

    pip install torch transformers safetensors
    python make-heads.py FOLDER

Norms are 1 ± 0.2, all other numbers ±0.2, so that no part of the network is without effect. Each folder gets config.json,
model.safetensors and reference.safetensors: inputs as in.*, outputs and hidden states as out.*.
"""
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

TEXT = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, vocab_size=64,
            max_position_embeddings=40, type_vocab_size=2)
DISTILBERT = dict(dim=32, n_layers=2, n_heads=2, hidden_dim=48, vocab_size=64, max_position_embeddings=40)
IMAGE = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, image_size=16, patch_size=8)
DINOV2 = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, image_size=16, patch_size=8)

FIXTURES = {
    "bert-classes": ("BertForSequenceClassification", "BertConfig", TEXT, 3),
    "roberta-classes": ("RobertaForSequenceClassification", "RobertaConfig", dict(TEXT, type_vocab_size=1), 3),
    "roberta-mlm": ("RobertaForMaskedLM", "RobertaConfig", dict(TEXT, type_vocab_size=1), None),
    "distilbert-classes": ("DistilBertForSequenceClassification", "DistilBertConfig", DISTILBERT, 3),
    "distilbert-mlm": ("DistilBertForMaskedLM", "DistilBertConfig", DISTILBERT, None),
    "deit-teacher": ("DeiTForImageClassificationWithTeacher", "DeiTConfig", IMAGE, 5),
    "dinov2-classes": ("Dinov2ForImageClassification", "Dinov2Config", DINOV2, 5),
    "vit-pooler": ("ViTModel", "ViTConfig", IMAGE, None),
    "roberta-pooler": ("RobertaModel", "RobertaConfig", dict(TEXT, type_vocab_size=1), None),
    "distilbert-states": ("DistilBertModel", "DistilBertConfig", DISTILBERT, None),
    "deit-classes": ("DeiTForImageClassification", "DeiTConfig", IMAGE, 5),
    "dinov2-states": ("Dinov2Model", "Dinov2Config", DINOV2, None),
    "dinov2-larger": ("Dinov2ForImageClassification", "Dinov2Config", dict(DINOV2, image_size=24), 5),
    "dinov2-smaller": ("Dinov2Model", "Dinov2Config", dict(DINOV2, image_size=40), None),
    "vit-wide": ("ViTForImageClassification", "ViTConfig", dict(IMAGE, image_size=[16, 24], patch_size=[8, 6]), 5),
}

# Height and width of images that are not of the size that the model was made for.
OTHER_SIZES = {"dinov2-larger": (45, 33), "dinov2-smaller": (16, 24)}


def fill(model):
    """Random numbers everywhere."""
    generator = torch.Generator().manual_seed(7)
    for name, value in model.named_parameters():
        noise = (torch.rand(value.shape, generator=generator) - 0.5) * 0.4
        is_norm = name.lower().endswith("weight") and "norm" in name.lower() or "lambda1" in name
        value.data = noise + (1.0 if is_norm else 0.0)


def inputs(config, generator, name):
    if hasattr(config, "image_size"):
        size = config.image_size
        own = tuple(size) if isinstance(size, (list, tuple)) else (size, size)
        shape = (1, config.num_channels, *OTHER_SIZES.get(name, own))
        return {"pixel_values": torch.randn(shape, generator=generator)}
    return {"input_ids": torch.randint(5, config.vocab_size, (1, 12), generator=generator)}


def write(folder, class_name, config_name, sizes, classes):
    config = getattr(transformers, config_name)(**sizes)
    if classes:
        config.id2label = {index: f"class {index}" for index in range(classes)}
        config.label2id = {label: index for index, label in config.id2label.items()}
    config.architectures = [class_name]
    config._attn_implementation = "eager"
    model = getattr(transformers, class_name)(config).eval()
    fill(model)
    given = inputs(config, torch.Generator().manual_seed(11), folder.name)
    with torch.no_grad():
        out = model(**given, output_hidden_states=True)
    tensors = {f"in.{name}": value.contiguous() for name, value in given.items()}
    for name in ("logits", "last_hidden_state", "pooler_output"):
        value = getattr(out, name, None)
        if value is not None:
            tensors[f"out.{name}"] = value.contiguous().clone()
    for index, state in enumerate(out.hidden_states):
        tensors[f"out.hidden_states.{index}"] = state.contiguous().clone()
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, safe_serialization=True)
    save_file(tensors, folder / "reference.safetensors")
    for other in folder.glob("*"):
        if other.name not in ("config.json", "model.safetensors", "reference.safetensors"):
            other.unlink()


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, fixture in FIXTURES.items():
        write(Path(sys.argv[1]) / name, *fixture)
