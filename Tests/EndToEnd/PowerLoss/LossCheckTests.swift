import TestSupport
import Testing

/// Programs that break their promises, simulated by changes to one recording.
@Suite(.serialized)
struct LossCheckTests {
    private static let recording = Task {
        let scenario = try #require(
            PowerLossScenario.all.first { $0.name == "a push onto a store" })
        return try await Recording.make(scenario, try await PowerLossLab.shared.value)
    }

    private func kinds(
        _ recording: Recording, _ model: CrashModel, after position: Int? = nil
    ) async throws -> Set<String> {
        var generator = SeededRandom(seed: 1)
        let end = position ?? recording.operations.count
        let loss = PowerLoss(recording, model, after: end, &generator)
        return Set(try await LossCheck.problems(of: loss).map(\.kind))
    }

    @Test func `a program that never waits for the disk is detected`() async throws {
        let recording = try await Self.recording.value.changed({ operation in
            if case .sync(let path, _) = operation { .sync(path, began: 0) } else { operation }
        })
        let kinds = try await kinds(recording, .syncedOnly)
        #expect(kinds.contains("the result of a command is lost after its exit code 0"))
        #expect(kinds.contains("a push whose digest was printed is not recorded"))
        #expect(kinds.contains("a push whose first byte has left is not recorded"))
        #expect(kinds.contains("a push that had arrived is not resolved"))
        #expect(kinds.contains("a digest file is lost after exit code 0"))
    }

    @Test func `a program that prints the digest too early is detected`() async throws {
        let recording = try await Self.recording.value.changed(marks: { mark in
            mark.kind == .seen(file: "out.0")
                ? Mark(kind: mark.kind, text: mark.text, position: 0) : mark
        })
        let kinds = try await kinds(recording, .syncedOnly, after: 0)
        #expect(kinds == ["a push whose digest was printed is not recorded"])
    }

    @Test func `a success without an image in the registry is detected`() async throws {
        let recording = try await Self.recording.value.changed(marks: { mark in
            mark.kind == .seen(file: "arrived.v1") ? nil : mark
        })
        let kinds = try await kinds(recording, .processDeath)
        #expect(kinds.contains("a push that never arrived has succeeded"))
    }

    @Test func `a command that loses earlier records is detected`() async throws {
        let recording = try await Self.recording.value.changed({ operation in
            guard case .write(let path, let offset, _) = operation, path.hasSuffix("history.db-wal")
            else { return operation }
            return offset == 0 ? operation : .resize(path, to: 0)
        })
        let kinds = try await kinds(recording, .processDeath)
        #expect(kinds.contains("an older push is lost"))
    }

    @Test func `no problem is found without a loss of power`() async throws {
        #expect(try await kinds(Self.recording.value, .processDeath).isEmpty)
    }
}
