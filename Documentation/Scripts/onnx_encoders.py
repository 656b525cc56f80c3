"""Times encoders in ONNX Runtime, for `nibble bench encoders --python`.

    pip install numpy onnx onnxruntime
    python onnx_encoders.py FOLDER --threads 1 --batch 8 [--int8]

FOLDER holds config.json and model.safetensors of a BERT or a ViT in f32. The graph is built of the operators that ONNX
Runtime runs fastest: LayerNormalization, Gelu and its own fused MultiHeadAttention; --int8 quantizes it with
`quantize_dynamic` to int8 weights, a scale for each channel. The first line written is JSON of versions. Each line read is a
number n: n forwards are timed, and one line of JSON gives their milliseconds and the first numbers of the output.
"""

import argparse
import json
import logging
import pathlib
import struct
import sys
import tempfile
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic


def read_weights(path):
    """The f32 tensors of a safetensors file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] != "F32":
            sys.exit(f"{name} is {entry['dtype']}, not F32")
        numbers = numpy.frombuffer(data[8 + length + begin : 8 + length + end], dtype="<f4")
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors


class Graph:
    """Nodes and weights of a graph that grows from its input to its output."""

    def __init__(self, weights, configuration):
        self.weights = weights
        self.configuration = configuration
        self.nodes = []
        self.initializers = {}

    def add(self, operator, inputs, domain="", **attributes):
        output = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def constant(self, name, numbers):
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(numpy.ascontiguousarray(numbers), name)
        return name

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def linear(self, value, name):
        matrix = self.constant(name + ".turned", self.weights[name + ".weight"].T)
        return self.add("Add", [self.add("MatMul", [value, matrix]), self.weight(name + ".bias")])

    def norm(self, value, name):
        return self.add(
            "LayerNormalization", [value, self.weight(name + ".weight"), self.weight(name + ".bias")],
            axis=-1, epsilon=self.configuration["layer_norm_eps"])

    def attention(self, value, names):
        query, key, states = (self.linear(value, name) for name in names)
        return self.add(
            "MultiHeadAttention", [query, key, states], domain="com.microsoft",
            num_heads=self.configuration["num_attention_heads"])

    def feed_forward(self, value, up, down):
        return self.linear(self.add("Gelu", [self.linear(value, up)]), down)


def bert(graph):
    """BERT without its pooler, of tokens of type 0."""
    words = graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), "input"])
    positions = graph.weights["embeddings.position_embeddings.weight"]
    positions = positions + graph.weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.configuration["bench_tokens"]
    value = graph.add("Add", [words, graph.constant("positions", positions[:length])])
    value = graph.norm(value, "embeddings.LayerNorm")
    for block in range(graph.configuration["num_hidden_layers"]):
        name = f"encoder.layer.{block}."
        mixed = graph.attention(value, [name + "attention.self." + part for part in ("query", "key", "value")])
        mixed = graph.linear(mixed, name + "attention.output.dense")
        value = graph.norm(graph.add("Add", [mixed, value]), name + "attention.output.LayerNorm")
        inner = graph.feed_forward(value, name + "intermediate.dense", name + "output.dense")
        value = graph.norm(graph.add("Add", [inner, value]), name + "output.LayerNorm")
    return value


def vit(graph):
    """ViT up to its last norm."""
    configuration = graph.configuration
    name = "vit.embeddings.patch_embeddings.projection"
    edge = configuration["patch_size"]
    patches = graph.add("Conv", ["input", graph.weight(name + ".weight"), graph.weight(name + ".bias")],
                        strides=[edge, edge], kernel_shape=[edge, edge])
    width = configuration["hidden_size"]
    count = (configuration["image_size"] // edge) ** 2
    shape = graph.constant("patches_shape", numpy.array([-1, width, count], numpy.int64))
    patches = graph.add("Transpose", [graph.add("Reshape", [patches, shape])], perm=[0, 2, 1])
    token = numpy.repeat(graph.weights["vit.embeddings.cls_token"], configuration["bench_batch"], axis=0)
    value = graph.add("Concat", [graph.constant("class_tokens", token), patches], axis=1)
    value = graph.add("Add", [value, graph.weight("vit.embeddings.position_embeddings")])
    for block in range(configuration["num_hidden_layers"]):
        name = f"vit.encoder.layer.{block}."
        normal = graph.norm(value, name + "layernorm_before")
        mixed = graph.attention(normal, [name + "attention.attention." + part for part in ("query", "key", "value")])
        value = graph.add("Add", [graph.linear(mixed, name + "attention.output.dense"), value])
        normal = graph.norm(value, name + "layernorm_after")
        inner = graph.feed_forward(normal, name + "intermediate.dense", name + "output.dense")
        value = graph.add("Add", [inner, value])
    return graph.norm(value, "vit.layernorm")


def inputs(configuration, batch):
    """What nibble gives its model too: tokens or pixels that follow a rule."""
    if configuration["model_type"] == "bert":
        count = batch * configuration["bench_tokens"]
        tokens = (numpy.arange(count) * 7919 + 13) % configuration["vocab_size"]
        return tokens.reshape(batch, -1).astype(numpy.int64)
    size = configuration["image_size"]
    count = batch * configuration["num_channels"] * size * size
    pixels = (numpy.arange(count) * 7919 + 13) % 255 / numpy.float32(127.5) - 1
    return pixels.reshape(batch, configuration["num_channels"], size, size).astype(numpy.float32)


def make_session(folder, configuration, options, values):
    graph = Graph(read_weights(folder / "model.safetensors"), configuration)
    output = {"bert": bert, "vit": vit}[configuration["model_type"]](graph)
    kind = TensorProto.INT64 if values.dtype == numpy.int64 else TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "encoder", [helper.make_tensor_value_info("input", kind, values.shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], list(graph.initializers.values())),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)], ir_version=10)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "model.onnx"
        onnx.save(model, file)
        if options.int8:
            narrow = pathlib.Path(place) / "int8.onnx"
            quantize_dynamic(
                file, narrow, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"],
                extra_options={"DefaultTensorType": TensorProto.FLOAT})
            file = narrow
        return onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--int8", action="store_true")
    options = parser.parse_args()
    # Quantizing recommends a step that this graph doesn't need.
    logging.disable(logging.WARNING)
    configuration = json.loads((options.folder / "config.json").read_text())
    configuration |= {"bench_batch": options.batch, "bench_tokens": options.tokens}
    values = inputs(configuration, options.batch)
    session = make_session(options.folder, configuration, options, values)
    print(json.dumps({"version": onnxruntime.__version__}), flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            (output,) = session.run(None, {"input": values})
            times.append((time.perf_counter() - start) * 1000)
        # Its threads look out for more work for a while, which would slow down whoever is measured next.
        time.sleep(0.1)
        print(json.dumps({"milliseconds": times, "output": output.ravel()[:32].tolist()}), flush=True)


if __name__ == "__main__":
    main()
