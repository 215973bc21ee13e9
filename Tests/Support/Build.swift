import Foundation

/// The programs of this build.
package enum Build {
    /// The package's folder.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a built program; `ENCLAVIA_BUILD_DIR` names another folder than `.build/release`.
    package static func product(_ name: String) -> String {
        let folder = ProcessInfo.processInfo.environment["ENCLAVIA_BUILD_DIR"]
        return "\(folder ?? "\(root)/.build/release")/\(name)"
    }
}
