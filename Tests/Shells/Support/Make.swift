import Foundation
import TestSupport

extension Build {
    /// Runs make without building, which is done already, and would wait for these tests.
    static func make(_ arguments: [String]) async throws -> Run {
        try await Run.program("make", makeOptions + arguments)
    }

    /// What `make` needs to take this build as it is.
    static var makeOptions: [String] {
        let build = (product("enclavia") as NSString).deletingLastPathComponent
        return ["-C", root, "-o", "build", "BUILD=\(build)"]
    }
}
