import EnclaviaSystem
import SystemPackage

/// Where the event log is: a copy of the events for shippers, one JSON line each (enclavia-events(5)). No record is
/// ever read back from it.
package enum EventLog: Hashable, Sendable {
    case off
    /// The log in the state directory, which is this program's own.
    case own(path: String)
    /// The log that `ENCLAVIA_EVENT_LOG` names, which may be a symbolic link or a device.
    case named(path: String)

    /// Reads what `ENCLAVIA_EVENT_LOG` says: a path, `off`, or nothing, which means `events.jsonl` in the state
    /// directory.
    ///
    /// - Parameter workingDirectory: the base of a relative path.
    package init(setting: String?, paths: StorePaths, workingDirectory: String) {
        switch setting {
        case nil, "": self = .own(path: paths.eventLog.native)
        case "off": self = .off
        case let path?:
            self = .named(
                path: FilePath(native: workingDirectory)
                    .pushing(FilePath(native: path)).native)
        }
    }

    /// `nil` where there is no log.
    package var path: String? {
        switch self {
        case .off: nil
        case .own(let path), .named(let path): path
        }
    }
}
