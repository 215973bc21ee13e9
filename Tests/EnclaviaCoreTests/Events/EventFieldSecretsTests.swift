import EnclaviaCore
import Testing

/// Tries each field of every event for a secret.
///
/// A new field fails this test unless it is scrubbed, or has a grammar that no secret matches.
struct EventFieldSecretsTests {
    private static let token = "secret-0123456789abcdef"

    private static let context: Set<String> = [
        "context.ci_provider", "context.git_commit", "context.host", "context.user",
    ]
    private static let record = Set(
        (context + [
            "backend", "cli_version", "destination", "failure.kind", "local_image_id",
            "origin.host",
        ]).map { "push.\($0)" })

    /// The fields that are not scrubbed and accept any text: their values were checked against a grammar before,
    /// or are the destination that the user typed.
    private static let allowed: [EventType: Set<String>] = [
        .pushStarted: ["backend", "cli_version", "destination", "host", "user"],
        .pushAuthenticated: context.union(["local_image_id"]),
        .pushFinished: record,
        .historyReconciled: record,
        .historyPruned: ["host"],
        .historySalvaged: ["chain", "former_chains", "head"],
        .authLogin: ["backend", "handle", "host"],
        .authLogout: ["backend", "handle", "host"],
    ]

    /// Copies of `value`, each with one string, null or empty array replaced by the token.
    private static func planted(
        _ value: JSONValue, at path: String
    ) -> [(path: String, value: JSONValue)] {
        switch value {
        case .string, .null: return [(path, .string(token))]
        case .bool, .integer, .number: return []
        case .array([]): return [(path, .array([.string(token)]))]
        case .array(let list):
            return list.indices.flatMap { index in
                planted(list[index], at: path).map { planted in
                    var list = list
                    list[index] = planted.value
                    return (planted.path, .array(list))
                }
            }
        case .object(let members):
            return members.flatMap { key, member in
                planted(member, at: path.isEmpty ? key : "\(path).\(key)").map { planted in
                    (planted.path, .object(members.merging([key: planted.value]) { $1 }))
                }
            }
        }
    }

    @Test(arguments: EventType.allCases)
    func `scrubbing removes a secret from each field of an event but the listed ones`(
        _ type: EventType
    ) throws {
        // Imported records are stored unchanged, on every machine.
        guard type != .pushImported else { return }
        let secrets = SecretScrubber()
        secrets.add(Secret(Self.token))
        var shown: Set<String> = []
        var taken = 0
        for (found, subject, _) in try EventTextTests.texts() where found == type {
            let text = try EventTextTests.text(of: subject)
            var whole = try #require(JSONText.decode(JSONValue.self, from: text).members)
            for (path, data) in Self.planted(try #require(whole["data"]), at: "") {
                whole["data"] = data
                let text = try JSONText.encode(JSONValue.object(whole))
                // A token that is refused or does not come back was checked against a grammar.
                guard let read = try? JSONText.decode(CloudEvent.self, from: text),
                    try JSONText.encode(read).contains(Self.token)
                else { continue }
                taken += 1
                let clean = CloudEvent(read.event.without(secrets))
                if try JSONText.encode(clean).contains(Self.token) { shown.insert(path) }
            }
        }
        #expect(shown == Self.allowed[type, default: []])
        // `tagged` has only a digest and an enumeration.
        #expect(taken > 0 || type == .pushTagged)
    }
}
