import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import Testing

/// Answers that were broken on purpose: each is taken or refused, and none ends the program.
///
/// `ENCLAVIA_FUZZ_ROUNDS` sets the number of mutations of each answer.
struct HostileAnswerTests {
    static let seeds: [String] = [
        #"{"registry_url":"r.example:5000","namespace":"alice","token":"t","expires_in":300}"#,
        #"{"matched":1,"triggered":["e1"],"staged":[{"enclave_id":"a","upgrade_id":"b","#
            + #""image":"c"}],"rejected_non_upgradable":["d"]}"#,
        #"[{"id":"e1","name":null,"docker_image":"a/b:c","status":"running","archived":false,"#
            + #""created_at":"2026-08-01T10:00:00.123Z","pcrs":{"pcr0":"ab"},"container_port":1}]"#,
        #"{"build_log":"a\nb","runtime_log":"\u001b[31m"}"#,
        #"{"access_token":"a","refresh_token":"b","expires_in":3600,"token_type":"Bearer"}"#,
        #"{"access_token":"a","refresh_token":"b","expires_at":"2026-08-01T10:00:00Z","#
            + #""backend_url":"https://api.example.com","handle":"alice"}"#,
        DistributionRegistryTests.manifest,
        #"{"errors":[{"code":"DENIED","message":"requested access is denied","detail":[1]}]}"#,
        #"Bearer realm="https://a.example/token?x=1",service="r",scope="repository:x:pull""#,
        "https://user@api.example.com:8443/base/?x#y",
    ]

    static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 300

    @Test(arguments: 0..<seeds.count)
    func `a broken answer is taken or refused`(_ seed: Int) {
        var mutator = Mutator(seed: UInt64(seed) + 1)
        let original = Array(Self.seeds[seed].utf8)
        var taken = 0
        for _ in 0..<Self.rounds {
            let bytes = mutator.mutate(original)
            if Self.read(bytes) { taken += 1 }
        }
        // Some mutations leave an answer readable, and most do not.
        #expect((0...Self.rounds).contains(taken))
    }

    /// Puts `bytes` through every reader; whether one of them took it.
    private static func read(_ bytes: [UInt8]) -> Bool {
        let answer = HTTPAnswer(status: 400, headers: ["Retry-After": "x"], body: bytes)
        func isRead<Value: Decodable>(_ type: Value.Type) -> Bool {
            do throws(BackendError) {
                _ = try AnswerJSON.decode(type, answer, call: "GET /x")
                return true
            } catch {
                guard case .protocolViolation(call: "GET /x", let detail) = error else {
                    Issue.record("\(error)")
                    return false
                }
                if detail.isEmpty { Issue.record("a fault without a name") }
                return false
            }
        }
        var isTaken = isRead(RegistryAnswer.self)
        isTaken = isRead(NotifyAnswerJSON.self) || isTaken
        isTaken = isRead([EnclaveAnswer].self) || isTaken
        isTaken = isRead(EnclaveLogsAnswer.self) || isTaken
        isTaken = isRead(TokenGrant.self) || isTaken
        if let credentials = try? Credentials(json: bytes) {
            isTaken = true
            let again = (try? credentials.json()).flatMap { try? Credentials(json: $0) }
            if again?.token != credentials.token { Issue.record("credentials changed: \(bytes)") }
        }
        let digest = Digest(of: bytes)
        let manifest = ManifestDocument.descriptor(of: bytes, digest: digest, type: nil)
        if let size = manifest.sizeBytes, size < 0 { Issue.record("a negative size: \(bytes)") }
        let text = String(decoding: bytes, as: UTF8.self)
        _ = Challenge.parse([text])
        _ = try? ServiceURL(text)
        _ = try? ProxyRules(proxy: text, exceptions: text)
        let message = AnswerMessage.text(answer) ?? ""
        if message.unicodeScalars.count > AnswerMessage.limit { Issue.record("too long") }
        return isTaken
    }
}

/// Breaks bytes in ways that parsers are known to stumble over; the same seed breaks them alike.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    private static let tokens: [[UInt8]] = [
        "null", "true", "-0", "1e999", "9223372036854775808", "-9223372036854775809", "0.1",
        "\"\"", "[]", "{}", "\\u0000", "\\uD800", "\u{202E}", "\u{1B}[2J", "\r\n", "\"", "\\",
        "{\"a\":", "[[[[[[[[", "]]]]]]]]", ",", "::", "\u{FEFF}", "%00", "%zz", "[::1]",
    ].map { Array($0.utf8) }

    mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...next(4) {
            let place = next(bytes.count + 1)
            switch next(8) {
            case 0 where place < bytes.count: bytes[place] = UInt8(next(256))
            case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(next(8))
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: Self.tokens[next(Self.tokens.count)], at: place)
            case 4:
                let end = min(bytes.count, place + next(40))
                bytes.removeSubrange(place..<end)
            case 5:
                let end = min(bytes.count, place + next(40))
                bytes.insert(contentsOf: bytes[place..<end], at: next(bytes.count + 1))
            case 6:
                let end = min(bytes.count, place + next(12))
                bytes.replaceSubrange(place..<end, with: Self.tokens[next(Self.tokens.count)])
            default:
                guard next(50) == 0 else { continue }
                bytes.insert(
                    contentsOf: [UInt8](repeating: next(2) == 0 ? 0x5B : 0x7B, count: 5000),
                    at: place)
            }
        }
        return bytes
    }

    /// A number below `bound` (xorshift64*).
    private mutating func next(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
    }
}
