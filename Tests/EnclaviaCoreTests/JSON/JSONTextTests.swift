import EnclaviaCore
import TestSupport
import Testing

struct JSONTextTests {
    /// Any JSON value, for comparisons with Foundation's coders.
    indirect enum AnyJSON: Codable, Hashable {
        case null, bool(Bool), integer(Int), string(String), array([AnyJSON]),
            object([String: AnyJSON])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let integer = try? value.decode(Int.self) {
                self = .integer(integer)
            } else if let string = try? value.decode(String.self) {
                self = .string(string)
            } else if let array = try? value.decode([AnyJSON].self) {
                self = .array(array)
            } else {
                self = .object(try value.decode([String: AnyJSON].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .null: try value.encodeNil()
            case .bool(let bool): try value.encode(bool)
            case .integer(let integer): try value.encode(integer)
            case .string(let string): try value.encode(string)
            case .array(let array): try value.encode(array)
            case .object(let object): try value.encode(object)
            }
        }

        static func random(_ generator: inout SeededRandom, depth: Int = 0) -> AnyJSON {
            switch generator.roll(depth > 3 ? 4 : 6) {
            case 0: return .null
            case 1: return .bool(generator.roll(2) == 0)
            case 2: return .integer(Int(truncatingIfNeeded: generator.next()))
            case 3: return .string(text(&generator))
            case 4:
                return .array(
                    (0..<generator.roll(4)).map { _ in random(&generator, depth: depth + 1) })
            default:
                return .object(
                    Dictionary(
                        (0..<generator.roll(5)).map { _ in
                            (text(&generator), random(&generator, depth: depth + 1))
                        }, uniquingKeysWith: { $1 }))
            }
        }

        private static func text(_ generator: inout SeededRandom) -> String {
            let alphabet = Array("ab\"\\/{}[]:,\n\t\u{0}\u{1F}\u{7F}é€😀\u{202E}\u{2028} 0u")
            return String(
                (0..<generator.roll(9)).map { _ in alphabet[generator.roll(alphabet.count)] })
        }
    }

    @Test
    func `an encoded value decodes to the same value`() throws {
        var generator = SeededRandom(seed: 1)
        for _ in 0..<5000 {
            let value = AnyJSON.random(&generator)
            let text = try JSONText.encode(value)
            #expect(try JSONText.decode(AnyJSON.self, from: text) == value)
        }
    }

    @Test
    func `broken texts are refused or read, and never crash`() throws {
        var generator = SeededRandom(seed: 3)
        for _ in 0..<5000 {
            var bytes = Array(try JSONText.encode(AnyJSON.random(&generator)).utf8)
            for _ in 0...generator.roll(2) where !bytes.isEmpty {
                let place = generator.roll(bytes.count)
                switch generator.roll(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: place)
                default: bytes[place] = Array("\"\\{}[]:,0-e.tfnu \n".utf8)[generator.roll(18)]
                }
            }
            guard let value = try? JSONText.decode(AnyJSON.self, fromBytes: bytes) else { continue }
            #expect(String(validating: bytes, as: UTF8.self) != nil)
            let text = try JSONText.encode(value)
            #expect(try JSONText.decode(AnyJSON.self, from: text) == value)
        }
    }

    @Test(arguments: [
        "", " ", "{", "[1,,2]", "{\"a\":1,,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "1e",
        "nul", "truefalse", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\n\"",
        "1 2", "[1 2]", "-", "\u{FEFF}1", "1\u{0}", "\"\u{0}a\u{0}\"",
    ])
    func `a text that is not JSON is refused`(text: String) {
        #expect(throws: DecodingError.self) { try JSONText.decode(AnyJSON.self, from: text) }
    }

    @Test
    func `nesting has a limit`() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: DecodingError.self) { try JSONText.decode(AnyJSON.self, from: deep) }
    }

    @Test
    func `keys are sorted by their bytes, and only what must be escaped is escaped`() throws {
        let text = try JSONText.encode(["b/c": "é\u{1}", "B": "\"\\", "a\n": "😀"])
        #expect(text == #"{"B":"\"\\","a\n":"😀","b/c":"é\u0001"}"#)
    }

    @Test
    func `a decoding error has the path of the value`() throws {
        struct Inner: Decodable { let list: [Int] }
        struct Outer: Decodable { let inner: Inner }
        do {
            _ = try JSONText.decode(
                Outer.self, from: #"{"x":{"y":[1]},"inner":{"z":[],"list":[1,2,"3"]}}"#)
            Issue.record("nothing was thrown")
        } catch DecodingError.typeMismatch(_, let context) {
            #expect(
                context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
                    == ["inner", "list", "2"])
        }
    }
}
