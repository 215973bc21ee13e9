import EnclaviaCommands
import EnclaviaCore
import Foundation
import TestSupport
import Testing

/// What `--env-file` and `--summary` append.
struct PushVariablesTests {
    @Test func `the variables are lines without spaces`() throws {
        let push = Sample.push(1)
        let digest = try #require(push.state.manifest?.digest)
        #expect(
            try PushVariables(push).text == """
                ENCLAVIA_REFERENCE=registry.example.com/alice/myapp:v1
                ENCLAVIA_DIGEST=\(digest)
                ENCLAVIA_PUSH_ID=\(push.id)

                """)
    }

    @Test(arguments: [
        "a\nb", "a b", "a\r", "a\u{2028}b", "a'b", "a\"b", "a`b`", "$HOME", "a#b", "a\\b", "é",
    ])
    func `a value that a line cannot hold is refused`(_ registry: String) throws {
        let push = Sample.push(1) {
            $0.reference = $0.reference.map {
                ImageReference(
                    registry: registry, owner: $0.owner, repository: $0.repository, tag: $0.tag)
            }
        }
        let error = #expect(throws: UserError.self) { try PushVariables(push) }
        #expect(error?.kind == .usage)
        #expect(error?.message.hasPrefix("the value of ENCLAVIA_REFERENCE ") == true)
    }

    @Test func `the table has a row for each push, and says why one failed`() throws {
        let moved = Sample.push(1) { $0.message = "fix" }
        let failed = Sample.push(2) {
            $0.state = .failed(
                PushFailure(stage: .push, kind: "refused", message: "denied | `x`"),
                contradicted: nil)
            $0.context.gitCommit = nil
        }
        let lines = PushTable([moved, failed]).text.components(separatedBy: "\n")
        #expect(lines.count == 5 && lines[4].isEmpty)
        #expect(lines[0] == "| Reference | Result | Digest | Backend | Commit | Push | Reason |")
        #expect(lines[2].contains("| `\(moved.id)` | fix |"), "\(lines[2])")
        #expect(lines[3].contains(#"| failed: denied \| \`x\` | - |"#), "\(lines[3])")
    }
}
