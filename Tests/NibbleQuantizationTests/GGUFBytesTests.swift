import Foundation
import NibbleCheckpoints
import NibbleTestSupport
import NibbleTransformers
import Testing

@testable import NibbleQuantization

/// The bytes of tensors in GGUF files against those of llama.cpp: `llama-quantize --pure` (ggml 0.25.3) was given the
/// models as f16, and of what it wrote the digests below were taken.
@Suite struct GGUFBytesTests {
    /// Format, the type that the tensors get, digest.
    typealias Case = (format: String, type: String, digest: UInt64)

    /// Block 0 of the sample model, whose rows of 256 and 512 are whole blocks of every type.
    private static let sample: [Case] = [
        ("q8_0", "Q8_0", 0xb8ce_44af_4a81_16e4),
        ("q4_0", "Q4_0", 0xfb03_71d1_b832_55c6),
        ("q4_1", "Q4_1", 0x5912_c88c_92ad_11f0),
        ("q5_0", "Q5_0", 0xe29d_91b0_81b8_8d41),
        ("q5_1", "Q5_1", 0x88ee_9e3e_7748_703c),
        ("q2_k", "Q2_K", 0xdeb2_f5ad_ed71_3436),
        ("q3_k", "Q3_K", 0x51cb_8146_dac4_44b5),
        ("q4_k", "Q4_K", 0x710f_866e_298e_500f),
        ("q5_k", "Q5_K", 0xbfec_9ee4_0396_779f),
        ("q6_k", "Q6_K", 0x9e4c_5cf7_a38a_4138),
        ("iq4_nl", "IQ4_NL", 0xa268_e965_1cc0_5e99),
        ("iq4_xs", "IQ4_XS", 0x1dca_fe5d_0618_ee4f),
        ("tq1_0", "TQ1_0", 0xe48a_dcfb_a758_d7c6),
        ("tq2_0", "TQ2_0", 0xaecf_0f5e_ca2a_1f10),
        ("mxfp4-gguf", "MXFP4", 0xf010_3e25_024f_8899),
        ("bf16", "BF16", 0x0394_b4bd_c10d_0dde),
        ("f16", "F16", 0xf4f1_a5d7_78ce_888a),
    ]

    /// Every matrix of a model with rows of 64 and 128: types with blocks of 256 give way to others.
    private static let narrow: [Case] = [
        ("q8_0", "Q8_0", 0x9c36_22b4_9ff4_04a7),
        ("q4_0", "Q4_0", 0xa979_0f5e_b4a9_7564),
        ("q4_1", "Q4_1", 0x1758_8434_79c4_bbd6),
        ("q5_0", "Q5_0", 0xc916_fe10_183f_3280),
        ("q5_1", "Q5_1", 0x4def_47e0_9b59_f98d),
        ("q2_k", "Q4_0", 0xa979_0f5e_b4a9_7564),
        ("q3_k", "Q4_0", 0xa979_0f5e_b4a9_7564),
        ("q4_k", "Q5_0", 0xc916_fe10_183f_3280),
        ("q5_k", "Q5_1", 0x4def_47e0_9b59_f98d),
        ("q6_k", "Q8_0", 0x9c36_22b4_9ff4_04a7),
        ("iq4_nl", "IQ4_NL", 0xefb6_6a49_1a14_3477),
        ("iq4_xs", "IQ4_NL", 0xefb6_6a49_1a14_3477),
        ("tq1_0", "Q4_0", 0xa979_0f5e_b4a9_7564),
        ("tq2_0", "Q4_0", 0xa979_0f5e_b4a9_7564),
        ("mxfp4-gguf", "MXFP4", 0x3a39_90f6_1576_626f),
        ("bf16", "BF16", 0xa350_026f_8225_24e7),
        ("f16", "F16", 0x4a3d_4ebc_54ad_6510),
    ]

    /// FNV-1a over words of 64 bits, the last one filled up with zeros; matrices in the order of their names.
    private static func digest(_ model: TransformerModel, prefix: String) throws -> UInt64 {
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        let names = model.checkpoint.tensors.values.filter {
            $0.shape.count == 2 && $0.name.hasPrefix(prefix)
        }
        .map(\.name).sorted()
        for name in names {
            try model.checkpoint.tensor(named: name).withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 8) {
                    var word: UInt64 = 0
                    if start + 8 <= bytes.count {
                        word = UInt64(
                            littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
                    } else {
                        for place in start..<bytes.count {
                            word |= UInt64(bytes[place]) << UInt64(8 * (place - start))
                        }
                    }
                    digest = (digest ^ word) &* 0x100_0000_01b3
                }
            }
        }
        return digest
    }

    private static func check(_ folder: String, _ pattern: String, _ prefix: String, _ wanted: Case) throws {
        try Layers.withFolder { place in
            let model = try TransformerModel.open(RepositoryPaths.root.appendingPathComponent(folder))
            let url = place.appendingPathComponent("model.gguf")
            let plan = Plan(rules: [try PlanRule(parsing: "\(pattern)=\(wanted.format)")])
            try GGUFExport(model, plan: ResolvedPlan(plan, model: model)).write(to: url)
            let file = try TransformerModel.open(url)
            let matrices = file.checkpoint.tensors.values.filter {
                $0.shape.count == 2 && $0.name.hasPrefix(prefix)
            }
            #expect(Set(matrices.map(\.elementType.safetensorsName)) == [wanted.type])
            #expect(try digest(file, prefix: prefix) == wanted.digest)
        }
    }

    @Test(arguments: sample) func bytesAreThoseOfLlamaQuantize(_ wanted: Case) throws {
        try Self.check("SampleModels/tiny-tales", "layers\\.0\\..*", "blk.0.", wanted)
    }

    @Test(arguments: narrow) func typesThatDoNotFitGiveWayAsThere(_ wanted: Case) throws {
        try Self.check("Tests/NibbleTransformersTests/Fixtures/llama-tied", ".*", "", wanted)
    }
}
