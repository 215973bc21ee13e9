import EnclaviaCommands
import EnclaviaCore
import EnclaviaStore
import Synchronization
import TestSupport

/// A store in a temporary folder, which is removed with it.
final class RealStore: Sendable {
    let folder: Folder
    let journal: StoreJournal
    let history: HistoryStore

    init(
        system: any SystemEnvironment = FixedSystem(
            moment: Sample.moment("2026-11-23T12:00:00Z"))
    ) throws {
        folder = try Folder()
        let paths = StorePaths(stateDirectory: "\(folder.path)/state", runtimeDirectory: nil)
        journal = StoreJournal(
            paths: paths, log: EventLog(setting: "off", paths: paths, workingDirectory: "/"),
            system: system)
        history = HistoryStore(paths: paths)
    }

    var adapters: TestAdapters {
        TestAdapters(
            givenJournal: journal, givenHistory: history, givenMaintenance: journal,
            givenVerifier: history, givenComparer: history, givenReporter: history,
            givenCheckpoints: journal,
            givenEvents: history)
    }

    var commandLine: CommandLineRun { CommandLineRun(adapters: adapters) }

    /// Runs a command line on this store.
    func callAsFunction(_ words: String...) async -> CommandLineRun.Outcome {
        await commandLine.run(words)
    }

    /// Writes an export file with these records.
    func file(_ records: [PushRecord], name: String = "records.jsonl") throws -> String {
        let lines = try records.map { try Sample.stored($0).json + "\n" }
        return try folder.write(lines.joined(), to: name)
    }

    /// Imports records, as if from another machine.
    func take(_ records: [PushRecord]) async throws {
        _ = try await journal.importRecords(from: .file(path: try file(records))) { _ in }
    }

    /// Begins a push of this machine.
    func begin(_ record: PushRecord) async -> any PushEntry {
        await journal.begin(
            record.id,
            PushStarted(
                destination: record.destination, backend: record.backend,
                localImage: record.localImage, labels: record.labels,
                startedAt: record.startedAt, host: "laptop", user: "alice", cliVersion: "1.0.0"))
    }

    /// Records a push of this machine that crashes, after its image and reference are known or before.
    @discardableResult
    func interrupt(_ record: PushRecord, isKnown: Bool = true) async -> PushID {
        let entry = await begin(record)
        if isKnown { await entry.authenticate(record) }
        await entry.close()
        return record.id
    }

    /// Records a push of this machine that succeeds.
    func succeed(_ record: PushRecord, isVerified: Bool = true) async {
        let entry = await begin(record)
        if await entry.authenticate(record), let manifest = record.state.manifest {
            await entry.appendPushed(
                digest: manifest.digest, mediaType: manifest.mediaType, sizeBytes: nil,
                after: .history, at: manifest.pushedAt)
            if isVerified {
                await entry.append([.verified(PushVerified(mediaType: nil, sizeBytes: nil))])
            }
        }
        await entry.append([.notified(record.notify)])
        await entry.finish(PushEnding(at: record.finishedAt ?? record.startedAt))
        await entry.close()
    }
}

extension PushEntry {
    /// Records the push's reference, image and context.
    ///
    /// - Returns: whether the record has them.
    @discardableResult
    fileprivate func authenticate(_ record: PushRecord) async -> Bool {
        guard let reference = record.reference, let image = record.image,
            let engine = record.engine
        else { return false }
        await append([
            .authenticated(
                PushAuthenticated(
                    reference: reference, source: .engine(image), engine: engine,
                    context: record.context))
        ])
        return true
    }
}
