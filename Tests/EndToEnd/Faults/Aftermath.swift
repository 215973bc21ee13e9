import Foundation
import TestSupport
import Testing

/// How long the long tests are: `ENCLAVIA_SOAK_ROUNDS` of them in `make soak`, none in `make test`.
enum Soak {
    static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_SOAK_ROUNDS"].flatMap { Int($0) } ?? 0
}

/// What must hold after any fault, whatever it was.
extension Sandbox {
    /// The records of a destination, as `history --json` gives them, newest first.
    ///
    /// The destination is known from the beginning, the reference only once the backend has answered.
    func records(
        _ destination: String, environment more: [String: String] = [:]
    ) async throws -> [[String: Any]] {
        let history = try await enclavia("history", "--json", environment: more)
        try #require(history.status == 0, "\(history.out)\(history.err)")
        let records = try #require(try history.json() as? [[String: Any]])
        return records.filter { $0["destination"] as? String == destination }
    }

    /// The outcomes of a destination's records, newest first.
    func outcomes(
        _ destination: String, environment more: [String: String] = [:]
    ) async throws -> [String] {
        try await records(destination, environment: more).compactMap { $0["outcome"] as? String }
    }

    /// Checks that the store is whole, by SQLite, by the chain, and by `history verify`.
    func expectWholeStore(
        in directory: String? = nil, environment more: [String: String] = [:],
        _ comment: Comment? = nil
    ) async throws {
        let database = "\(directory ?? stateDirectory)/history.db"
        let chain = try await Run.program("python3", ["-c", Self.chainCheck, database])
        #expect(chain.status == 0, comment ?? "\(chain.err)")
        let verify = try await enclavia("history", "verify", environment: more)
        #expect(verify.status == 0, comment ?? "\(verify.out)\(verify.err)")
    }

    /// Checks that no credential is left anywhere but in its own file.
    func expectNoSecrets(beside directory: String? = nil, _ comment: Comment? = nil) async throws {
        let runtime = environment["XDG_RUNTIME_DIR"] ?? ""
        for secret in try secrets {
            let found = try await Run.program(
                "grep", ["-rlF", "--", secret, directory ?? stateDirectory, runtime])
            #expect(found.out == "", comment)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: runtime)
        #expect(!left.contains { $0.hasPrefix("enclavia-docker-") }, comment)
    }

    /// The tokens of the credentials file.
    var secrets: [String] {
        get throws {
            let file = try Data(contentsOf: URL(filePath: credentialsFile))
            let members = try JSONSerialization.jsonObject(with: file) as? [String: Any]
            let names = ["access_token", "refresh_token", "token"]
            return names.compactMap { members?[$0] as? String }
        }
    }

    /// Whether the registry took a manifest under a tag of a repository.
    func registryHas(_ repository: String, tag: String) async throws -> Bool {
        try await log("/v2/alice/\(repository)/manifests/\(tag)").contains {
            $0["method"] as? String == "PUT" && $0["status"] as? Int == 201
        }
    }

    /// The chain of `enclavia-history(5)`, computed anew.
    private static let chainCheck = """
        import hashlib, sqlite3, sys
        db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity"
        last, number = bytes(32), 0
        for seq, data, data_hash, hash in db.execute(
            "SELECT seq, data, data_hash, hash FROM event ORDER BY seq"):
            number += 1
            assert seq == number, "gap before %d" % seq
            assert data is None or hashlib.sha256(data.encode()).digest() == data_hash, seq
            last = hashlib.sha256(last + data_hash).digest()
            assert last == hash, seq
        """
}
