import Foundation
import NibbleTestSupport
import Testing

/// Whoever uses the kernel library finds a comment at everything that it shows.
struct DocumentationTests {
    @Test(arguments: ["NibbleKernels", "NibbleC"])
    func everyPublicDeclarationHasAComment(module: String) throws {
        let files = try SourceFile.all(in: "Sources").filter { $0.module == module }
        let declarations = files.map(PublicDeclarations.init)
        #expect(declarations.reduce(0) { $0 + $1.count } > 10)
        #expect(declarations.flatMap(\.undocumented) == [])
    }

    @Test(arguments: ["CNibbleKernels", "CNibble"])
    func everyDeclarationOfAHeaderHasAComment(module: String) throws {
        let folder = RepositoryPaths.root.appendingPathComponent("Sources/\(module)/include")
        let headers = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".h") }
        #expect(!headers.isEmpty)
        for header in headers.sorted() {
            let text = try String(contentsOf: folder.appendingPathComponent(header), encoding: .utf8)
            let declarations = HeaderDeclarations(text)
            #expect(declarations.count > 0, "\(header) declares nothing")
            #expect(declarations.undocumented == [], "\(header)")
        }
    }

    @Test func whatHasNoCommentIsFound() {
        let text = """
            /// Something.
            public struct A {
                public let b: Int
                /// Commented.
                @inlinable
                public init() { let x = 1 }
                let c = "public let d"
                public enum E {
                    /// Commented.
                    case f
                    case g
                    var h: Int { switch self { default: 1 } }
                    public var i: Int {
                        1
                    }
                }
            }
            /// A protocol.
            public protocol P {
                func q()
            }
            public extension A {}
            """
        let found = PublicDeclarations(SourceFile(path: "X", module: "", text: text))
        #expect(
            found.undocumented == [
                "X:3: public let b: Int", "X:8: public enum E {", "X:11: case g",
                "X:13: public var i: Int {", "X:20: func q()",
            ])
        #expect(found.count == 9)
    }

    @Test func whatHasNoCommentIsFoundInHeaders() {
        let text = """
            #ifndef NIBBLE_X_H
            #define NIBBLE_X_H
            #include <stddef.h>
            #if defined(__cplusplus)
            extern "C" {
            #endif

            /** About b. */
            typedef struct {
                int c;
            } b;

            int d(int e,
                  int f);
            /// About g.
            int g(void);
            #define NIBBLE_H 1 /**< About h. */
            #define NIBBLE_I 2
            #if defined(__cplusplus)
            }
            #endif
            #endif
            """
        let found = HeaderDeclarations(text)
        #expect(found.undocumented == ["int d(int e,", "#define NIBBLE_I 2"])
        #expect(found.count == 5)
    }
}
