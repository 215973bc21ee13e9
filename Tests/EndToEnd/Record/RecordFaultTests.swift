import Foundation
import TestSupport
import Testing

/// Faults after the registry has confirmed the images: what is recorded stays, and is told later.
@Suite(.serialized)
struct RecordFaultTests {
    @Test func `an unavailable backend leaves the pushes pending, and the next command tells it`()
        async throws
    {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("later:v1", "later:v2", "later:v3", seed: 941)
        let lines = (1...3).map { "later:v\($0)@\(digest)\n" }.joined()
        try await sandbox.faults(["notify": "500"])
        let run = try await sandbox.enclavia(
            ["record", "later", "--refs-file", "-", "--json"], input: lines)
        #expect(run.status == 0, "\(run.err)")
        let values = try #require(try run.json() as? [[String: Any]])
        #expect(values.map { $0["notify_failed"] as? Bool } == [true, true, true])
        let told = try await sandbox.told()
        #expect(Set(told) == ["\(sandbox.registry)/alice/later:v1@\(digest)"], "only the first")
        #expect(run.err.contains("not notified of 2 further images"), "\(run.err)")
        let required = try await sandbox.enclavia(
            "record", "later:v1", "--digest", digest, "--require-notify")
        #expect(required.status == 75)
        #expect(required.out == "\(sandbox.registry)/alice/later@\(digest)\n")
        let outcomes = """
            SELECT tag, notify_outcome FROM push_v1 WHERE repository = 'later' AND tag <> 'v4'
            ORDER BY started_at, tag
            """
        #expect(
            try await sandbox.sql(outcomes) == "v1|pending\nv2|pending\nv3|pending\nv1|pending")
        try await sandbox.faults([:])
        // The outbox of a later record sends them; it has two seconds each time.
        let next = try await sandbox.dockerPush("later:v4", seed: 942)
        let isTold = try await eventually(within: 30) {
            let run = try await sandbox.enclavia("record", "later:v4", "--digest", next)
            #expect(run.status == 0, "\(run.err)")
            return try await sandbox.sql(outcomes)
                == "v1|skipped\nv2|delivered\nv3|delivered\nv1|delivered"
        }
        #expect(isTold)
    }

    @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
    func `a command that ends while it notifies leaves a push that has succeeded`(
        _ signal: Int32
    ) async throws {
        let sandbox = try await RecordPlace.cleared()
        let tag = "s\(signal)"
        let digest = try await sandbox.dockerPush("killed:\(tag)", seed: 943)
        try await sandbox.faults(["notify": "hang"])
        let command = try Launched(["record", "killed:\(tag)", "--digest", digest], in: sandbox)
        let isTelling = try await eventually { try await sandbox.notifications().count == 1 }
        #expect(isTelling)
        command.send(signal)
        #expect(try await command.status(within: 10) == 128 + signal, "\(command.err)")
        try await sandbox.faults([:])
        let row = """
            SELECT outcome, notify_outcome, digest_verified FROM push_v1 WHERE tag = '\(tag)'
            """
        #expect(try await sandbox.sql(row) == "succeeded|pending|1")
        let notify = try await sandbox.enclavia("notify", "--pending")
        #expect(notify.status == 0, "\(notify.err)")
        #expect(try await sandbox.sql(row) == "succeeded|delivered|1")
        try await sandbox.expectWholeStore()
    }

    @Test func `a signal before anything is recorded ends the command with nothing`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("early:v1", seed: 944)
        // The requests of that push would say that the command has begun.
        try await sandbox.clearLog()
        try await sandbox.faults(["registry": "read-hang"])
        let command = try Launched(
            ["record", "early:v1", "--digest", digest, "--json"], in: sandbox)
        let isAsking = try await eventually {
            try await sandbox.log("/v2/alice/early/").count > 0
        }
        #expect(isAsking)
        command.send(SIGINT)
        #expect(try await command.status(within: 10) == 130, "\(command.err)")
        try await sandbox.faults([:])
        let failure =
            try JSONSerialization.jsonObject(with: Data(command.out.utf8)) as? [String: Any]
        #expect(failure?["kind"] as? String == "cancelled", "\(command.out)")
        #expect(try await sandbox.recorded("early") == "0")
    }

    @Test func `a signal between two images leaves those that were recorded`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("half:v1", "half:v2", seed: 949)
        let folder = try Folder()
        let lines = try folder.write("half:v1@\(digest)\nhalf:v2@\(digest)\n", to: "refs")
        try await sandbox.faults(["notify": "hang"])
        let command = try Launched(
            ["record", "half", "--refs-file", lines, "--json"], in: sandbox)
        let isTelling = try await eventually { try await sandbox.notifications().count == 1 }
        #expect(isTelling)
        command.send(SIGINT)
        #expect(try await command.status(within: 10) == 130, "\(command.err)")
        try await sandbox.faults([:])
        #expect(command.err.contains("cancelled: 1 of 2 images were recorded"), "\(command.err)")
        let values =
            try JSONSerialization.jsonObject(with: Data(command.out.utf8)) as? [[String: Any]]
        #expect(values?.compactMap { $0["tag"] as? String } == ["v1"], "\(command.out)")
        #expect(
            try await sandbox.sql("SELECT tag, outcome FROM push_v1 WHERE repository = 'half'")
                == "v1|succeeded")
    }

    @Test func `an enclave that cannot be upgraded makes the record an error`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("fixed:v1", "fixed:v2", seed: 945)
        _ = try await sandbox.control(
            "POST", "enclaves",
            #"{"image":"alice/fixed:v1","instance_type":"small","upgradable":false,"status":"running"}"#
        )
        let one = try await sandbox.enclavia("record", "fixed:v1", "--digest", digest, "--json")
        #expect(one.status == 1)
        #expect(try one.object()["kind"] as? String == "non_upgradable")
        let two = try await sandbox.enclavia(
            ["record", "fixed", "--refs-file", "-", "--json"],
            input: "fixed:v1@\(digest)\nfixed:v2@\(digest)\n")
        #expect(two.status == 1)
        #expect((try two.json() as? [Any])?.count == 2, "the others' records are a result, too")
        #expect(two.err.contains("error: the image was pushed, but "), "\(two.err)")
        #expect(try await sandbox.recorded("fixed") == "3")
    }

    @Test func `a history that cannot be written leaves the push in the spool`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("spooled:v1", seed: 946)
        let folder = try Folder()
        let environment = ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"]
        try folder.write("this is no database, whatever its name says", to: "state/history.db")
        let run = try await sandbox.enclavia(
            ["record", "spooled:v1", "--digest", digest, "--json"], environment: environment)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("this push is kept in"), "\(run.err)")
        #expect(try run.object()["head"] is NSNull)
        #expect(try await sandbox.told().count == 1)
        let repaired = try await sandbox.shell(
            """
            rm '\(folder.path)/state/history.db' && enclavia history reconcile >&2
            enclavia history --format 'template:{reference} {engine_name} {notify_outcome}'
            """, environment: environment)
        #expect(
            repaired.out == "\(sandbox.registry)/alice/spooled:v1 external delivered\n",
            "\(repaired.err)")
    }

    @Test func `a record waits for a push of its reference on this machine`() async throws {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("turns:v1", seed: 947)
        try await sandbox.image("turns:local", seed: 948)
        let push = try HeldPush(["turns:local", "turns:v1"], in: sandbox)
        #expect(try await push.hasBegun())
        let record = try Launched(["record", "turns:v1", "--digest", digest], in: sandbox)
        try await record.says("waiting for another push to ")
        try push.letGo()
        #expect(try await push.command.status(within: 60) == 0, "\(push.command.err)")
        // The push has moved the tag.
        #expect(try await record.status(within: 60) == 76, "\(record.err)")
        let engines = try await sandbox.sql(
            "SELECT engine_name FROM push_v1 WHERE repository = 'turns'")
        #expect(engines == "docker")
    }

    @Test func `of several images, the one whose tag this machine moves meanwhile is left out`()
        async throws
    {
        let sandbox = try await RecordPlace.cleared()
        let digest = try await sandbox.dockerPush("moving:v1", "moving:v2", seed: 950)
        let newer = try await sandbox.dockerPush("moving:spare", seed: 951)
        let folder = try Folder()
        let lines = try folder.write("moving:v1@\(digest)\nmoving:v2@\(digest)\n", to: "refs")
        // The first notification gives the tag of the second time to move.
        try await sandbox.faults(["notify": "hang*1"])
        let record = try Launched(
            ["record", "moving", "--refs-file", lines, "--json"], in: sandbox)
        let isTelling = try await eventually { try await sandbox.notifications().count == 1 }
        #expect(isTelling)
        let moved = try await sandbox.dockerPush("moving:v2", seed: 951)
        #expect(moved == newer)
        #expect(try await record.status(within: 60) == 76, "\(record.err)")
        try await sandbox.faults([:])
        #expect(record.err.contains("/alice/moving:v2 points at \(newer)"), "\(record.err)")
        #expect(record.err.contains("1 of 2 images were recorded"), "\(record.err)")
        let values =
            try JSONSerialization.jsonObject(with: Data(record.out.utf8)) as? [[String: Any]]
        #expect(values?.compactMap { $0["tag"] as? String } == ["v1"], "\(record.out)")
        #expect(
            try await sandbox.sql("SELECT tag FROM push_v1 WHERE repository = 'moving'") == "v1")
        #expect(!(try await sandbox.told().contains { $0.contains("moving:v2") }))
    }

    @Test func `no token is left anywhere`() async throws {
        let sandbox = try await RecordPlace.shared.value
        try await sandbox.expectNoSecrets()
    }
}
