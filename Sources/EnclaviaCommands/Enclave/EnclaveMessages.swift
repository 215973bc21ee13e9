import EnclaviaCore
import EnclaviaSystem

/// How messages show an enclave and its status.
extension Enclave {
    var style: Style? {
        switch status {
        case "running": .green
        case "error": .red
        case "building", "waiting_for_image": .blue
        default: nil
        }
    }

    /// The current activity, phrased to follow "still".
    var activity: String {
        status == "waiting_for_image"
            ? "waiting for its image to be pushed" : status.printable
    }

    /// Why the enclave does not run, once it was followed to its end; `nil` where it runs.
    fileprivate var failure: String? {
        switch status {
        case "running": nil
        case "error":
            "the build of enclave \(id.printable) failed:"
                + " \((errorMessage ?? "the backend gave no reason").printable)"
        default: "enclave \(id.printable) is not running: its status is \(status.printable)"
        }
    }
}

extension ErrorMessages {
    /// The error for followed enclaves, where some do not run; `nil` where all of them do.
    package static func explain(
        failuresAmong enclaves: [Enclave], pushID: PushID? = nil
    ) -> UserError? {
        let failed = enclaves.filter { $0.failure != nil }
        guard let first = failed.first else { return nil }
        return UserError(
            .buildFailed, failed.compactMap(\.failure).joined(separator: "; "),
            hint: "`enclavia enclave logs \(first.id.printable)` shows the build's log",
            pushID: pushID)
    }

    /// At most ten enclaves, by id, name and status.
    static func list(_ enclaves: [Enclave]) -> String {
        let shown = enclaves.prefix(10).map { enclave in
            let name = enclave.name.map { " (\($0.printable))" } ?? ""
            return "\(enclave.id.printable)\(name), \(enclave.status.printable)"
        }
        let more = enclaves.count - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    }
}
