"""Writes small.gguf with the `gguf` package, and small.json with what is in it.

    pip install gguf numpy
    python make_gguf.py FOLDER
"""
import json, sys
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, quants

folder = sys.argv[1]
writer = GGUFWriter(f"{folder}/small.gguf", "llama")
writer.add_name("small – é")
writer.add_context_length(64)
writer.add_embedding_length(64)
writer.add_block_count(1)
writer.add_feed_forward_length(96)
writer.add_head_count(4)
writer.add_head_count_kv(2)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_freq_base(10000.0)
writer.add_tokenizer_model("llama")
writer.add_token_list(["<unk>", "<s>", "</s>", "▁a", "é"])
writer.add_token_scores([0.0, 0.0, 0.0, -1.5, -2.5])
writer.add_eos_token_id(2)
writer.add_add_bos_token(True)
writer.add_int64("test.negative", -5)
writer.add_uint64("test.large", 2 ** 63 + 1)
writer.add_float64("test.double", 0.1)

random = np.random.default_rng(1)
expected = {}
for name, shape, type in [("token_embd.weight", (5, 64), "F16"), ("blk.0.attn_q.weight", (3, 64), "Q8_0"),
                          ("blk.0.attn_k.weight", (2, 64), "Q4_0"), ("blk.0.attn_norm.weight", (7,), "F32"),
                          ("blk.0.ffn_up.weight", (3, 64), "BF16"), ("blk.0.ffn_down.weight", (2, 256), "Q6_K")]:
    values = random.standard_normal(shape).astype(np.float32)
    kind = GGMLQuantizationType[type]
    if type == "Q6_K":  # The package decodes K-quants but does not make them: any bytes are a valid tensor.
        data = random.integers(0, 120, (2, 210)).astype(np.uint8)
    else:
        data = values if type == "F32" else values.astype(np.float16) if type == "F16" else quants.quantize(values, kind)
    writer.add_tensor(name, data, raw_dtype=kind)
    raw = data.tobytes()
    expected[name] = {"shape": list(shape), "type": type, "bytes": len(raw), "sum": sum(raw),
                      "floats": [float(x) for x in quants.dequantize(data, kind).flatten()[:4]]
                      if type not in ["F32", "F16"] else [float(x) for x in data.flatten()[:4]]}
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
json.dump(expected, open(f"{folder}/small.json", "w"), indent=1)
