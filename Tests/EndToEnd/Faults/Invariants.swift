import Foundation
import TestSupport
import Testing

/// The extra rounds of the long tests: `ENCLAVIA_SOAK_ROUNDS` in `make soak`, none in `make test`.
enum Soak {
    static let rounds =
        ProcessInfo.processInfo.environment["ENCLAVIA_SOAK_ROUNDS"].flatMap { Int($0) } ?? 0
}

/// What must hold after every fault.
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

    /// Checks that the store is intact: by SQLite, by the hash chain, and by `history verify`.
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

    /// Checks that no credential is left outside its own file, in any encoding.
    func expectNoSecrets(beside directory: String? = nil, _ comment: Comment? = nil) async throws {
        let runtime = environment["XDG_RUNTIME_DIR"] ?? ""
        let found = try SecretForms(try secrets).files(
            below: [directory ?? stateDirectory, runtime])
        #expect(found == [], comment)
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

    /// The digest that the registry has under a tag, fetched by `curl`; nil if there is none.
    ///
    /// Waits until nothing is sent to the repository any more: an engine may still be sending when the
    /// process of the push has ended.
    func registryDigest(_ repository: String, tag: String) async throws -> String? {
        var requests = -1
        let isQuiet = try await eventually(within: 30) {
            let last = requests
            requests = try await log("/v2/alice/\(repository)/").filter {
                $0["method"] as? String != "HEAD"
            }.count
            if requests == last { return true }
            try await Task.sleep(for: .milliseconds(150))
            return false
        }
        #expect(isQuiet, "something is still sent to \(repository)")
        let run = try await shell(
            """
            set -eo pipefail
            ask() { curl -sS --noproxy '*' "$@"; }
            access=$(jq -r .access_token "$XDG_CONFIG_HOME/enclavia/credentials.json")
            password=$(ask -H "Authorization: Bearer $access" "$ENCLAVIA_SANDBOX_URL/me/registry" \
                | jq -r .token)
            token=$(ask -u "alice:$password" \
                "$ENCLAVIA_SANDBOX_URL/token?scope=repository:alice/\(repository):pull" | jq -r .token)
            ask --head -H "Authorization: Bearer $token" -H "Accept: \(Self.manifestTypes)" \
                "http://$ENCLAVIA_SANDBOX_REGISTRY/v2/alice/\(repository)/manifests/\(tag)" \
                | tr -d '\\r' | awk 'NR == 1 { print $2 } tolower($1) == "docker-content-digest:" { print $2 }'
            """)
        let words = run.out.split(separator: "\n").map(String.init)
        try #require(
            run.status == 0 && (words.first == "404" || words.count == 2), "\(run.out)\(run.err)")
        return words.first == "200" ? words[1] : nil
    }

    /// Checks that the digest of each successful push is of its own image, on the registry's disk.
    func expectOwnImages(_ records: [[String: Any]]) throws {
        for record in records where record["outcome"] as? String == "succeeded" {
            let digest = try #require(record["digest"] as? String)
            #expect(
                try registryConfiguration(of: digest) == record["local_image_id"] as? String,
                "\(record)")
        }
    }

    /// The configuration of the image whose manifest the registry stores under `digest`, from its disk.
    func registryConfiguration(of digest: String) throws -> String {
        let hex = digest.dropFirst("sha256:".count)
        let file =
            "\(root)/registry/storage/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
        let data = try Data(contentsOf: URL(filePath: file))
        let manifest = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let config = manifest?["config"] as? [String: Any]
        return try #require(config?["digest"] as? String, "\(digest) is not a manifest")
    }

    private static let manifestTypes = [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
    ].joined(separator: ", ")

    /// Recomputes the hash chain of `enclavia-history(5)`.
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
