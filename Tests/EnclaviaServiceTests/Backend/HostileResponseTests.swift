import EnclaviaCore
import EnclaviaService
import FoundationEssentials
import TestSupport
import Testing

/// Deliberately broken answers: each is accepted or refused, and none crashes the program.
struct HostileResponseTests {
    @Test func `a broken answer is accepted or refused`() throws {
        let corpus = try Fuzz.corpus("answers.jsonl")
        #expect(corpus.prefix(7).allSatisfy(Self.read), "valid answers are accepted")
        let taken = Fuzz.play(corpus, seed: 8, Self.read)
        // Some changes leave an answer readable, and most do not.
        #expect((Fuzz.rounds / 100..<Fuzz.rounds * 3 / 4).contains(taken), "\(taken)")
    }

    @Test func `a broken challenge, address or proxy rule is accepted or refused`() throws {
        let corpus = try Fuzz.corpus("headers.txt")
        let taken = Fuzz.play(corpus, seed: 9) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let challenges = Challenge.parse([text])
            if challenges.contains(where: { $0.scheme != $0.scheme.lowercased() }) {
                Issue.record("a scheme in upper case: \(text.debugDescription)")
            }
            _ = try? ProxyRules(proxy: text, exceptions: text)
            return (try? ServiceURL(text)) != nil || !challenges.isEmpty
        }
        #expect((Fuzz.rounds / 100..<Fuzz.rounds).contains(taken), "\(taken)")
    }

    /// Passes `bytes` to every parser; returns whether one of them accepted it.
    private static func read(_ bytes: [UInt8]) -> Bool {
        let response = HTTPResponse(status: 400, headers: ["Retry-After": "x"], body: bytes)
        func isRead<Value: Decodable>(_ type: Value.Type) -> Bool {
            do throws(BackendError) {
                _ = try AnswerJSON.decode(type, response, call: "GET /x")
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
        var isTaken = isRead(RegistryResponse.self)
        isTaken = isRead(NotifyResponseJSON.self) || isTaken
        isTaken = isRead([EnclaveJSON].self) || isTaken
        isTaken = isRead(EnclaveLogsJSON.self) || isTaken
        isTaken = isRead(TokenGrant.self) || isTaken
        if let credentials = try? Credentials(json: bytes) {
            isTaken = true
            let again = (try? credentials.json()).flatMap { try? Credentials(json: $0) }
            if again?.token != credentials.token { Issue.record("credentials changed: \(bytes)") }
        }
        let digest = Digest(of: bytes)
        let manifest = ManifestDocument.descriptor(of: bytes, digest: digest, type: nil)
        if let size = manifest.sizeBytes, size < 0 { Issue.record("a negative size: \(bytes)") }
        let message = ResponseMessage.text(response, without: SecretScrubber()) ?? ""
        if message.unicodeScalars.count > ResponseMessage.limit { Issue.record("too long") }
        return isTaken
    }
}
