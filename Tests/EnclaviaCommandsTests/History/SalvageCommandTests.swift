import EnclaviaCommands
import EnclaviaCore
import Testing

struct SalvageCommandTests {
    private struct FakeSalvager: HistorySalvager {
        var result: Result<SalvageSummary, SalvageError>

        func salvage(
            _ path: String, to target: String, progress: (SalvageStage) -> Void
        ) throws(SalvageError) -> SalvageSummary {
            #expect(path.hasSuffix("/old.db") && target.hasSuffix("/new.db"))
            return try result.get()
        }
    }

    private static let id = "01a20fd0-fcef-79fc-a757-da0bad7d2a2f"

    private func run(
        _ result: Result<SalvageSummary, SalvageError>, _ words: String..., onTerminal: Bool = false
    ) async -> CommandLineRun.Outcome {
        var line = CommandLineRun()
        line.adapters.givenSalvager = FakeSalvager(result: result)
        if onTerminal { line.stderr = CommandLineRun.terminal(80) }
        return await line.run(["history", "salvage", "old.db", "--out", "new.db"] + words)
    }

    private func summary(_ change: (inout SalvageSummary) -> Void) -> SalvageSummary {
        var summary = SalvageSummary(path: "/new.db", chain: Self.id)
        summary.pushes = 3
        summary.events = 20
        summary.head = "ab"
        change(&summary)
        return summary
    }

    private var damaged: SalvageSummary {
        summary { summary in
            summary.mark = SalvageEventData(
                chain: Self.id, sequence: 4, head: "cd", lost: [[5, 5], [7, 9]], lostEvents: 4,
                isEndUnknown: true, unprovenEvents: 1, pushes: 2, blanked: [[1, 2]])
            if let id = PushID(Self.id) {
                for _ in 0..<60 { summary.lostPushes.add(id) }
            }
        }
    }

    @Test func `nothing lost is exit 0, and the path alone is the result`() async {
        let outcome = await run(.success(summary { _ in }))
        #expect(outcome.status == .done && outcome.out == "/new.db\n")
        #expect(outcome.err == "salvaged 3 pushes and 20 events; the head is ab\n")
    }

    @Test func `each loss is a line on standard error, and the exit code is 1`() async {
        let outcome = await run(.success(damaged))
        #expect(outcome.status == .negative && outcome.out == "/new.db\n")
        let lines = outcome.err.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(7) == [
                "lost: event 5", "lost: events 7 to 9",
                "lost: there may have been later events, which cannot be known",
                "unproven: 1 event after event 4 could be read, but not be kept in the chain",
                "unproven: 2 records were imported",
                "lost: the record of the prune of events 1 to 2",
                "lost: the newest record of push \(Self.id)",
            ])
        #expect(lines.suffix(2).first == "and 10 more pushes" && lines.count == 58)
    }

    @Test func `a terminal is told how to use the new file`() async {
        let outcome = await run(.success(damaged), onTerminal: true)
        let last = outcome.err.split(separator: "\n").last
        #expect(last?.contains("move history.db, history.db-wal and history.db-shm") == true)
    }

    @Test func `the JSON has the data of the salvaged event`() async throws {
        let outcome = await run(.success(damaged), "--json")
        #expect(outcome.status == .negative)
        let object = try outcome.object()
        #expect(object["lost"] as? Int == 4 && object["lost_pushes"] as? Int == 60)
        #expect((object["lost_push_ids"] as? [String])?.count == SalvagedPushes.limit)
        #expect((object["salvaged"] as? [String: Any])?["end_unknown"] as? Bool == true)
        #expect(object["whole"] as? Bool == false && object["changed"] as? Int == 0)
        let whole = try await run(.success(summary { _ in }), "--json").object()
        #expect(whole.keys.sorted() == object.keys.sorted())
    }

    @Test func `each failure has its exit code, and names the file`() async {
        let path = "/old.db"
        let failures: [(SalvageError, EnclaviaCommands.ExitStatus)] = [
            (.missing(path: path), .imageNotFound),
            (.unreadable(path: path, reason: "no"), .imageNotFound),
            (.changing(path: path), .store), (.nothing(path: path), .data),
            (.exists(path: path), .usage), (.reserved(path: path), .usage),
            (.busy(path: path), .store),
            (.target(.full(path: path)), .store),
            (.store(.tooNew(path: path, version: "9")), .store),
            (.differs(path: path, VerifyReport(path: path)), .bug),
        ]
        for (failure, status) in failures {
            let outcome = await run(.failure(failure))
            #expect(outcome.status == status && outcome.out.isEmpty, "\(failure)")
            #expect(outcome.err.contains(path), "\(outcome.err)")
        }
    }
}
