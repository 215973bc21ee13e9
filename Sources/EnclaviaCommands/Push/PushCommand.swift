import ArgumentParser
import EnclaviaCore

struct PushCommand: EnclaviaCommand {
    static let examples = [
        Example("enclavia push myapp myapp:v1", "push and print the pinned reference"),
        Example("enclavia push myapp myapp:v1 --dry-run", "print what would be pushed"),
        Example("enclavia push myapp myapp:v1 --wait", "follow the builds that it starts"),
    ]

    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Push a local image into your registry, and record it.",
        discussion: examples.help(
            then: """
                Prints the pinned reference of what the registry recorded, so that \
                ref=$(enclavia push app app:v1) works. A destination is <repo>[:<tag>] or \
                <owner>/<repo>[:<tag>]; the tag defaults to latest.
                """))

    static let exclusive = [["--no-notify", "--require-notify"], ["--no-notify", "--wait"]]

    static let results = [
        PublishedSchema("push-result", "push", .of(PushResultJSON.self)),
        PublishedSchema("preview", "push --dry-run", .of(PreviewJSON.self)),
    ]

    @Argument(
        help: ArgumentHelp("The local image to push.", valueName: "local-image"),
        completion: .value(.localImage))
    var localImage: String

    @Argument(
        help: "Where to push it: <repo>[:<tag>], in your own namespace.",
        completion: .value(.destination))
    var destination: String

    @OptionGroup var options: PushOptions
    @OptionGroup var global: GlobalOptions

    var paths: [String] { [options.digestFile].compactMap { $0 } + options.files.paths }

    func run(_ context: CommandContext) async throws -> ExitStatus {
        let request = try options.request(
            localImage: localImage, destination: destination, settings: context.settings)
        let reporter = PushProgressReporter(
            context, isQuiet: options.quiet, options.progress)
        defer { reporter.end() }
        let ports = try context.pushPorts(drawsProgress: reporter.redraws)
        let operation = PushOperation(ports) { reporter.report($0) }
        if options.dryRun {
            let preview = try await operation.preview(request)
            reporter.end()
            try PushRenderer(context).render(preview, isQuiet: options.quiet)
            return .done
        }
        let digestFile = try options.digestFile.map { try DigestFile($0, context) }
        let files = try ResultFiles(options.files, digestFile: digestFile?.target, context)
        let result = await operation.run(request) { digestFile?.write($0) }
        reporter.end()
        let renderer = PushRenderer(context)
        renderer.printUnrecorded(result)
        let unwritten = files.append([result])
        if let failure = result.failure {
            if let unwritten { context.console.warn(unwritten.message) }
            throw failure
        }
        if !options.quiet { renderer.printSummary(of: result, isNotified: request.notifies) }
        // A build may take minutes, so a reader of the pipe gets the reference first.
        var isShown = true
        if !context.invocation.wantsJSON { isShown = try renderer.render(result) }
        await context.confirmDigests(after: result)
        await context.sendPending(after: result, ports: ports)
        if options.wait { try await BuildFollower(context, options).follow(result) }
        if context.invocation.wantsJSON { isShown = try renderer.render(result) }
        let end = PushEnd(
            result, requiresNotify: options.recording.requireNotify,
            unwritten: digestFile?.error ?? unwritten,
            signal: context.signals.received, isShown: isShown)
        return renderer.end(end, digestFile: digestFile)
    }
}

extension CommandContext {
    /// Sends the pending notifications of earlier pushes, if this push was made and its own was delivered. Where
    /// this push could not be written to the history, the history is not read for others either.
    func sendPending(after result: PushResult, ports: PushPorts) async {
        guard result.error == nil, result.notifyError == nil,
            result.record.notify.outcome == .delivered, result.location == .store
        else { return }
        warn(await Outbox(ports).send(after: result.record, origin: adapters.stateOrigin()))
    }
}
