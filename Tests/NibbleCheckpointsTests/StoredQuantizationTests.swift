import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import Testing

/// Weights that are quantized already are said to be, with method, bits and groups; scales count as no weights.
struct StoredQuantizationTests {
    static let declared: [(json: String, summary: String)] = [
        (
            #"{"quantization_config":{"quant_method":"gptq","bits":4,"group_size":32}}"#,
            "GPTQ, 4 bits, groups of 32"
        ),
        (
            #"{"quantization_config":{"quant_method":"gptq","bits":3,"group_size":-1}}"#,
            "GPTQ, 3 bits, one group a row"
        ),
        (
            #"{"quantization_config":{"quant_method":"awq","w_bit":4,"q_group_size":128}}"#,
            "AWQ, 4 bits, groups of 128"
        ),
        (
            #"{"quantization_config":{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":{"num_bits":8,"group_size":null}}}}}"#,
            "compressed-tensors, 8 bits"
        ),
        (
            #"{"quantization_config":{"load_in_4bit":true,"bnb_4bit_quant_type":"nf4"}}"#,
            "bitsandbytes, 4 bits"
        ),
        (
            #"{"quantization_config":{"quant_method":"bitsandbytes","load_in_8bit":true}}"#,
            "bitsandbytes, 8 bits"
        ),
        (#"{"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]}}"#, "FP8, 8 bits"),
        (
            #"{"quantization_config":{"quant_method":"hqq","quant_config":{"weight_quant_params":{"nbits":2,"group_size":64}}}}"#,
            "HQQ, 2 bits, groups of 64"
        ),
        (#"{"quantization":{"group_size":64,"bits":4}}"#, "MLX, 4 bits, groups of 64"),
        (
            #"{"quantization_config":{"quant_method":"torchao","quant_type":{"default":{"_type":"Int4WeightOnlyConfig","_data":{"group_size":128}}}}}"#,
            "torchao, 4 bits, groups of 128"
        ),
        (#"{"quantization_config":{"quant_method":"mxfp4"}}"#, "MXFP4, 4 bits"),
        (#"{"quantization_config":{"quant_method":"new\u001b[2J"}}"#, #"new\u{1B}[2J"#),
    ]

    @Test(arguments: declared) func configurationsAreRead(json: String, summary: String) throws {
        let configuration = try Array(json.utf8).withUnsafeBytes { try ConfigurationFile($0) }
        #expect(StoredQuantization(configuration)?.summary == summary)
    }

    @Test(arguments: [
        #"{}"#, #"{"quantization_config":null}"#, #"{"quantization_config":{}}"#, #"{"quantization":"x"}"#,
    ])
    func othersDeclareNothing(json: String) throws {
        let configuration = try Array(json.utf8).withUnsafeBytes { try ConfigurationFile($0) }
        #expect(StoredQuantization(configuration) == nil)
    }

    private typealias Tensor = (name: String, type: ElementType, shape: [Int])

    /// A folder with such tensors, all zero.
    private static func parameters(_ json: String, _ tensors: [Tensor]) throws -> (
        count: Int, isQuantized: Bool
    ) {
        try Fixture.withFolder(["config.json": Array(json.utf8)]) { folder in
            let contents = tensors.map { tensor in
                let entry = TensorEntry(name: tensor.name, elementType: tensor.type, shape: tensor.shape)
                let count = TensorDescription.byteCount(
                    of: tensor.type, elementCount: tensor.shape.reduce(1, *))
                return (entry: entry, bytes: [UInt8](repeating: 0, count: count ?? 0))
            }
            try SafetensorsWriter.write(contents, to: folder.appendingPathComponent("model.safetensors"))
            let checkpoint = try Checkpoint.open(folder)
            return (checkpoint.parameterCount, checkpoint.quantization != nil)
        }
    }

    /// One matrix of 64 × 128 weights and a norm of 128, in the layout of each method.
    @Test func codesCountAsTheWeightsThatTheyHold() throws {
        let norm: Tensor = ("norm.weight", .f16, [128])
        func config(_ method: String, _ more: String = #""bits":4"#) -> String {
            #"{"quantization_config":{"quant_method":"\#(method)",\#(more)}}"#
        }
        let cases: [(String, [Tensor])] = [
            (
                config("gptq"),
                [
                    ("q.qweight", .i32, [16, 64]), ("q.qzeros", .i32, [4, 8]), ("q.scales", .f16, [4, 64]),
                    ("q.g_idx", .i32, [128]),
                ]
            ),
            (
                config("gptq", #""bits":3"#),
                [("q.qweight", .i32, [12, 64]), ("q.qzeros", .i32, [4, 6]), ("q.scales", .f16, [4, 64])]
            ),
            (
                config("awq"),
                [("q.qweight", .i32, [128, 8]), ("q.qzeros", .i32, [4, 8]), ("q.scales", .f16, [4, 64])]
            ),
            (
                config("compressed-tensors"),
                [
                    ("q.weight_packed", .i32, [64, 16]), ("q.weight_scale", .bf16, [64, 4]),
                    ("q.weight_shape", .i64, [2]), ("q.weight_zero_point", .i32, [8, 4]),
                ]
            ),
            (
                config("compressed-tensors", #""bits":8"#),
                [("q.weight", .i8, [64, 128]), ("q.weight_scale", .bf16, [64, 1])]
            ),
            (
                config("bitsandbytes", #""load_in_4bit":true"#),
                [
                    ("q.weight", .u8, [4096, 1]), ("q.weight.absmax", .u8, [128]),
                    ("q.weight.quant_map", .f32, [16]), ("q.weight.nested_absmax", .f32, [1]),
                    ("q.weight.nested_quant_map", .f32, [256]),
                    ("q.weight.quant_state.bitsandbytes__nf4", .u8, [90]),
                ]
            ),
            (
                config("bitsandbytes", #""load_in_8bit":true"#),
                [("q.weight", .i8, [64, 128]), ("q.SCB", .f32, [64]), ("q.weight_format", .u8, [])]
            ),
            (
                config("fp8", #""x":1"#),
                [("q.weight", .f8e4m3, [64, 128]), ("q.weight_scale_inv", .f32, [1, 1])]
            ),
            (
                #"{"quantization":{"bits":4,"group_size":64}}"#,
                [("q.weight", .u32, [64, 16]), ("q.scales", .f16, [64, 2]), ("q.biases", .f16, [64, 2])]
            ),
            (
                config("hqq"),
                [("q.W_q", .u8, [4096, 1]), ("q.scale", .f16, [1, 128]), ("q.zero", .f16, [1, 128])]
            ),
            (
                config("mxfp4"),
                [("q_proj_blocks", .u8, [64, 4, 16]), ("q_proj_scales", .u8, [64, 4])]
            ),
        ]
        for (json, tensors) in cases {
            let found = try Self.parameters(json, tensors + [norm])
            #expect(found.count == 64 * 128 + 128, "\(json): \(found.count)")
            #expect(found.isQuantized, "\(json)")
        }
    }

    /// bitsandbytes quantizes while it loads: the folder that asks for it may hold plain weights.
    @Test func plainWeightsAreNotTakenForCodes() throws {
        let json = #"{"quantization_config":{"load_in_4bit":true}}"#
        let found = try Self.parameters(
            json, [("q.weight", .bf16, [64, 128]), ("q.scale", .bf16, [64]), ("layer_scales", .f32, [4])])
        #expect(found.count == 64 * 128 + 64 + 4 && !found.isQuantized)
    }

    /// Shapes and groups that no memory could hold count something, and trap nowhere.
    @Test func impossibleCountsNeverTrap() throws {
        for (json, tensors) in [
            (
                #"{"quantization_config":{"quant_method":"gptq","bits":4}}"#,
                [("q.qweight", .i32, [0, 1 << 60]), ("q.g_idx", .i32, [64])] as [Tensor]
            ),
            (
                #"{"quantization":{"bits":4,"group_size":9223372036854775807}}"#,
                [("q.weight", .u32, [64, 16]), ("q.scales", .f16, [64, 2]), ("q.biases", .f16, [64, 2])]
            ),
            (
                #"{"quantization_config":{"bits":-9223372036854775808,"group_size":-5}}"#,
                [("q.qweight", .i32, [8, 8])]
            ),
        ] {
            #expect(try Self.parameters(json, tensors).count >= 0)
        }
    }
}
