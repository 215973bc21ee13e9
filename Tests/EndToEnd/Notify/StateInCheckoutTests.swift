import Foundation
import TestSupport
import Testing

/// A state directory that is committed in a checkout.
struct StateInCheckoutTests {
    @Test func `no notification is sent from a history that is part of a commit`() async throws {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("a:v1", seed: 731)
        let folder = try Folder()
        let state = ["ENCLAVIA_STATE_DIR": "\(folder.path)/.enclavia"]
        func enclavia(_ arguments: String...) async throws -> Run {
            try await sandbox.enclavia(arguments, environment: state, directory: folder.path)
        }
        try await sandbox.faults(["notify": "500"])
        let forged = try await enclavia("push", "a:v1", "app:prod")
        try #require(forged.status == 0, "\(forged.err)")
        let commit = try await Run.shell(
            """
            git init -q . && git add -f .enclavia
            git -c user.name=n -c user.email=e@example.org commit -q -m state
            rm -rf .enclavia && git checkout -q . && chmod 700 .enclavia
            """, directory: folder.path)
        try #require(commit.status == 0, "\(commit.err)")
        try await sandbox.faults([:])
        try await sandbox.clearLog()

        let push = try await enclavia("push", "a:v1", "app:dev")
        #expect(push.status == 0, "\(push.err)")
        #expect(push.err.contains("warning: the git checkout \(folder.path) tracks files"))
        #expect(push.err.contains("ENCLAVIA_STATE_DIR"))
        let notify = try await enclavia("notify", "--pending", "--json")
        #expect(notify.status == 78)
        #expect(try notify.object()["kind"] as? String == "config")
        let sent = try await sandbox.notifications().compactMap {
            ($0["body"] as? [String: Any])?["image"] as? String
        }
        #expect(sent.count == 1 && sent.first?.hasSuffix("/alice/app:dev") == true, "\(sent)")

        // Outside the checkout the same history is sent.
        let moved = try await sandbox.shell(
            "mv .enclavia ../moved-$$ && ENCLAVIA_STATE_DIR=$PWD/../moved-$$ enclavia notify --pending"
                + " && rm -r ../moved-$$", environment: state, directory: folder.path)
        #expect(moved.status == 0, "\(moved.err)")
        #expect(try await sandbox.notifications().count == 2)
    }
}
