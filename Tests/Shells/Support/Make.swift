import Foundation
import TestSupport

extension Build {
    /// Runs make without building: the build is done, and another one would wait for these tests.
    static func make(_ arguments: [String]) async throws -> Run {
        try await Run.program("make", makeOptions + arguments)
    }

    /// The options that make `make` use this build.
    static var makeOptions: [String] {
        let build = (product("enclavia") as NSString).deletingLastPathComponent
        return ["-C", root, "-o", "build", "BUILD=\(build)"]
    }
}
