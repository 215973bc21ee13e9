import EnclaviaCore

extension ErrorMessages {
    package static func explain(_ error: RebuildError) -> UserError {
        switch error {
        case .missing(let path):
            return UserError(
                .fileNotFound, "there is no history at \(path.printable) yet: nothing was rebuilt")
        case .store(let error):
            return explain(error)
        case .broken(let path, let report):
            let first = report.difference.map { sentence($0, of: nil) } ?? "it is unproven"
            return UserError(
                .data, "the events of \(path.printable) cannot be trusted: \(first)",
                hint:
                    "nothing was rebuilt: `enclavia history salvage` keeps what is intact of a damaged"
                    + " history")
        case .busy(let path):
            return UserError(
                .store, "another process is rebuilding \(path.printable): try again later")
        case .changed(let path):
            return UserError(
                .store, "the events of \(path.printable) changed meanwhile: nothing was rebuilt")
        case .target(let error):
            return UserError(.store, "\(unwritable(error)): nothing was rebuilt")
        }
    }

    /// A line about a push that rebuilding changes.
    static func sentence(_ push: RebuiltPush) -> String {
        let name = "push \(push.id.printable)"
        return switch push.change {
        case .added: "\(name): it is in the events but not in the tables: added"
        case .removed: "\(name): it is in the tables but not in the events: removed"
        case .fields(let fields) where fields.isEmpty:
            "\(name): its record is spelled differently in the events"
        case .fields(let fields):
            "\(name): "
                + fields.map { field in
                    "\(field.name?.printable ?? "record"): \(value(field.found)) becomes"
                        + " \(value(field.expected))"
                }.joined(separator: "; ")
        }
    }
}
