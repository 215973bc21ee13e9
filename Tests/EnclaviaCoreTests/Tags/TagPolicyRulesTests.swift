import EnclaviaCore
import Testing

struct TagPolicyRulesTests {
    private static func reference(_ repository: String, _ tag: String) -> ImageReference {
        ImageReference(
            registry: "registry.example.com", owner: "alice", repository: repository, tag: tag)
    }

    @Test(arguments: [
        ("app", "prod", TagPolicy.forward), ("app", "v1", .refuse), ("app", "vnext", .refuse),
        ("app", "dev", .keep), ("tools", "dev", .move),
    ])
    func `the first rule whose glob matches counts`(
        _ repository: String, _ tag: String, _ policy: TagPolicy
    ) throws {
        let rules = try TagPolicyRules("*:prod=forward, *:v*=refuse,\n alice/app:*=keep,*=move")
        #expect(rules.policy(for: Self.reference(repository, tag)) == policy)
    }

    @Test func `a tag that no rule matches may move`() throws {
        let rules = try TagPolicyRules("app:v1=refuse")
        #expect(rules.policy(for: Self.reference("app", "v2")) == .move)
        // A glob matches the whole name.
        #expect(rules.policy(for: Self.reference("my-app", "v1")) == .move)
    }

    @Test(arguments: [
        ("", TagPolicyRulesError.emptyRule), ("*=move,", .emptyRule), (" , *=move", .emptyRule),
        ("refuse", .noPolicy(rule: "refuse")), ("*:v*", .noPolicy(rule: "*:v*")),
        ("*=never", .unknownPolicy("never", rule: "*=never")),
        ("*=Refuse", .unknownPolicy("Refuse", rule: "*=Refuse")),
        ("*=", .unknownPolicy("", rule: "*=")), ("=move", .badGlob("", rule: "=move")),
        ("[a-z=move", .badGlob("[a-z", rule: "[a-z=move")),
        ("app:{a}=move", .badGlob("app:{a}", rule: "app:{a}=move")),
        ("my app=move", .badGlob("my app", rule: "my app=move")),
        ("app=move", .badGlob("app", rule: "app=move")),
        ("APP:*=move", .badGlob("APP:*", rule: "APP:*=move")),
        ("[[:alpha:]]*=move", .badGlob("[[:alpha:]]*", rule: "[[:alpha:]]*=move")),
        ("a=b=move", .badGlob("a=b", rule: "a=b=move")),
        ("ünïcode:*=move", .badGlob("ünïcode:*", rule: "ünïcode:*=move")),
    ])
    func `the error for an invalid rule names the rule`(
        _ text: String, _ error: TagPolicyRulesError
    ) {
        #expect(throws: error) { try TagPolicyRules(text) }
    }

    @Test(arguments: [
        "", "abc", String(repeating: "a", count: 39), "--upload-pack=x",
        String(repeating: "g", count: 40), String(repeating: "a", count: 40) + "\n",
    ])
    func `a text that is not a full commit id is refused`(_ text: String) {
        #expect(CommitID(text) == nil)
    }

    @Test func `a commit id is in lower case`() {
        let id = String(repeating: "AB", count: 20)
        #expect(CommitID(id)?.text == id.lowercased())
        #expect(CommitID(String(repeating: "0", count: 64)) != nil)
    }
}
