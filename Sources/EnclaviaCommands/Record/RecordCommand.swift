import ArgumentParser
import EnclaviaCore

struct RecordCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia record myapp:v1 --digest sha256:…", "record one image"),
        Example("enclavia record - --metadata-file bake.json", "record what bake pushed"),
        Example("enclavia record myapp:v1 --refs-file digest.txt", "record what podman pushed"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record a push that another tool made, and notify the backend.",
        discussion: examples.help(
            then: """
                The registry is queried first: each tag must point at its digest now, or nothing is recorded. \
                Then each image is recorded as a push, the backend is notified of it, and its pinned \
                reference is printed. Names and tags in a file take precedence over the destination's tag; \
                with - as the destination, the file may name several repositories of yours.
                """))

    static let exclusive = [
        ["--digest", "--metadata-file", "--refs-file"], ["--no-notify", "--require-notify"],
    ]

    static let results = [
        PublishedSchema("record", "record", .of(RecordResultJSON.self))
    ]

    @Argument(
        help: "Where the image was pushed: <repo>[:<tag>] in your own namespace, or -.",
        completion: .value(.destination))
    var destination: String

    @OptionGroup var options: RecordOptions
    @OptionGroup var global: GlobalOptions

    var paths: [String] { options.paths }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let request = try options.request(destination, context)
        let files = try ResultFiles(options.files, context)
        let reporter = PushProgressReporter(context)
        defer { reporter.end() }
        let ports = try context.pushPorts()
        let operation = RecordOperation(ports) { reporter.report($0) }
        let renderer = RecordRenderer(context)
        let report: RecordReport
        do throws(RecordError) {
            report = try await operation.run(request) { result in
                reporter.end()
                renderer.printSummary(of: result, isNotified: request.notifies)
            }
        } catch {
            reporter.end()
            throw ErrorMessages.explain(error, of: try options.source())
        }
        reporter.end()
        let unwritten = files.append(report.results)
        if report.total == 1, let failure = report.failure {
            if let unwritten { context.console.warn(unwritten.message) }
            throw failure
        }
        let isShown = try renderer.render(report)
        if let last = report.results.last {
            await context.confirmDigests(after: last)
            await context.sendPending(after: last, ports: ports)
        }
        return renderer.end(
            report, of: try options.source(), requiresNotify: options.recording.requireNotify,
            unwritten: unwritten, signal: context.signals.received, isShown: isShown)
    }
}
