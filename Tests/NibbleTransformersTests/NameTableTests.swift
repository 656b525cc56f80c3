import NibbleKernels
import Testing

@testable import NibbleTransformers

/// Where canonical paths lie in files.
@Suite struct NameTableTests {
    private static func huggingFace(_ architecture: any Architecture) -> NameTable {
        architecture.naming.huggingFace
    }

    @Test func numbersGoWhereTheyBelong() {
        let table = Self.huggingFace(Mixtral())
        #expect(table.place(of: "layers.7.attn.q_proj").name == "model.layers.7.self_attn.q_proj")
        #expect(
            table.place(of: "layers.3.mlp.experts.11.up_proj").name
                == "model.layers.3.block_sparse_moe.experts.11.w3")
        #expect(table.place(of: "lm_head").name == "lm_head")
        #expect(table.place(of: "embed_tokens", hasPrefix: false).name == "embed_tokens")
    }

    @Test func expertsOfOneTensorAreItsSlices() throws {
        let table = try #require(Mixtral().naming.gguf)
        let place = table.place(of: "layers.3.mlp.experts.11.down_proj")
        #expect(place.name == "blk.3.ffn_down_exps" && place.slice == 11)
        #expect(table.place(of: "layers.3.mlp.router").slice == nil)
    }

    @Test func layersOfOneTensorNameEachOther() {
        let place = Self.huggingFace(GPT2()).place(of: "layers.2.attn.k_proj")
        #expect(place.name == "transformer.h.2.attn.c_attn" && place.isTransposed)
        #expect(place.members == ["q", "k", "v"].map { "layers.2.attn.\($0)_proj" })
    }

    /// Every path of a description has a name of its own in each kind of file, but for layers that share a tensor.
    @Test(arguments: FixtureReference.all.filter { !$0.name.isEmpty })
    func noTwoPathsShareATensor(_ fixture: FixtureReference) throws {
        let model = try TransformerModel.open(fixture.folder)
        guard let description = model.description, let naming = model.kind?.naming else { return }
        for table in [naming.huggingFace, naming.gguf].compactMap(\.self) {
            var places: [String: [NameTable.Place]] = [:]
            let names =
                description.matrices.map { ($0.path.name, "weight") }
                + description.parameters.map { ($0.path, $0.ending.rawValue) }
            for (path, ending) in names {
                let place = table.place(of: path)
                places["\(place.name).\(ending)", default: []].append(place)
            }
            for (name, sharing) in places where sharing.count > 1 {
                #expect(
                    sharing.allSatisfy { $0.members.count == sharing.count || $0.slice != nil },
                    "\(fixture.name): \(name)")
            }
        }
    }
}
