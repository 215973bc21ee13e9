import EnclaviaCore

/// Renders the results of `record`.
struct RecordRenderer {
    private let context: CommandContext
    private let push: PushRenderer

    init(_ context: CommandContext) {
        self.context = context
        push = PushRenderer(context)
    }

    /// Prints what became of one image on standard error.
    func printSummary(of result: PushResult, isNotified: Bool) {
        push.printUnrecorded(result)
        push.printSummary(of: result, isNotified: isNotified)
    }

    /// Prints the pinned references, or with `--json` the records. A failed write does not stop the remaining steps.
    ///
    /// - Returns: `false` where standard output is closed or full; the error was printed then.
    func render(_ report: RecordReport) throws -> Bool {
        try push.render {
            try context.show(RecordResultJSON(report)) { console in
                for pinned in report.results.compactMap(\.record.pinned) {
                    try console.result(pinned)
                }
            }
        }
    }

    /// Prints the remaining errors.
    ///
    /// - Returns: the exit code: that of a signal first, then that of what is worst for any of the images.
    func end(
        _ report: RecordReport, of source: RecordSourceOption, requiresNotify: Bool,
        unwritten: UserError?, signal: ExitStatus?, isShown: Bool
    ) -> ExitStatus {
        let hasFailed = report.failure != nil || !report.failures.isEmpty
        if hasFailed, let unwritten { context.console.warn(unwritten.message) }
        if let signal, report.results.count < report.total {
            context.console.fail(
                UserError(
                    .cancelled,
                    "cancelled: \(report.results.count) of \(report.total) images were recorded"))
            return signal
        }
        let ends = report.results.map { result in
            PushEnd(
                result, requiresNotify: requiresNotify, unwritten: hasFailed ? nil : unwritten,
                signal: signal, isShown: isShown)
        }
        let end = ends.first { $0 == .unrecorded } ?? ends.first { $0 != .done } ?? .done
        let failures = report.failures.map {
            ErrorMessages.explain($0, of: source, isPartial: true)
        }
        for failure in failures { context.console.fail(failure) }
        if let failure = failures.first {
            context.console.log(
                "\(report.results.count) of \(report.total) images were recorded")
            if end != .unrecorded, end != .unshown { return failure.exitStatus }
        }
        if let failure = report.failure, end == .done || end == .notNotified {
            context.console.fail(failure)
            return failure.exitStatus
        }
        return push.end(end, digestFile: nil)
    }
}

extension RecordReport {
    /// The error of the first image that every enclave refused; `nil` where there is none.
    var failure: UserError? { results.lazy.compactMap(\.failure).first }
}

/// What `record --json` shows: as `push --json` for one image, and an array of that for several.
enum RecordResultJSON: JSONDescribed {
    case one(PushResultJSON)
    case several([PushResultJSON])

    static let jsonSchema = JSONSchema.either([
        .of(PushResultJSON.self), .of([PushResultJSON].self),
    ])

    init(_ report: RecordReport) {
        let results = report.results.map(PushResultJSON.init)
        self = report.total == 1 && results.count == 1 ? .one(results[0]) : .several(results)
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .one(let result): try result.encode(to: encoder)
        case .several(let results): try results.encode(to: encoder)
        }
    }
}
