import Foundation
import TestSupport
import Testing

/// The arguments, if neither `/proc/self/cmdline` nor the memory before the environment holds them.
@Suite(.serialized)
struct ArgumentTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 81)
        return sandbox
    }

    /// A library like those that monitoring agents preload into every process.
    private static let library = Task {
        let folder = try Folder()
        try folder.write(
            """
            #include <stdlib.h>
            __attribute__((constructor)) static void start(void) {
                setenv("AGENT_OPTIONS", "-agent:/opt/agent.jar", 1);
            }
            """, to: "agent.c")
        let run = try await Run.shell(
            "$(command -v cc || command -v clang) -shared -fPIC -o agent.so agent.c",
            directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return (folder: folder, path: "\(folder.path)/agent.so")
    }

    /// Ways to run a command line so that a lookup of its arguments finds nothing.
    enum Place: String, CaseIterable {
        case preloaded = "a preloaded library sets a variable"
        case withoutProc = "/proc is not mounted"
    }

    private func run(_ place: Place, _ command: String) async throws -> Run {
        let sandbox = try await Self.shared.value
        switch place {
        case .preloaded:
            let library = try await Self.library.value.path
            return try await sandbox.shell("LD_PRELOAD='\(library)' \(command)")
        case .withoutProc:
            // If work waits for a thread, libdispatch reads the threads' states in /proc, and kills a process
            // that has none (SIGILL, "registered worker exited prematurely"): such a run proves nothing.
            for _ in 0..<10 {
                let run = try await sandbox.shell(
                    "unshare --mount --propagation private"
                        + " sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh \(command)")
                if run.status != 128 + SIGILL { return run }
            }
            throw EndedByRuntime()
        }
    }

    private struct EndedByRuntime: Error {}

    @Test(.enabled(if: getuid() == 0, "it needs root"), arguments: Place.allCases)
    func `a command runs even if its arguments cannot be looked up`(
        _ place: Place
    ) async throws {
        let sandbox = try await Self.shared.value
        let push = try await run(place, "enclavia push app:v1 app:\(place)")
        #expect(push.status == 0, "\(push.err)")
        #expect(push.out.hasPrefix("\(sandbox.registry)/alice/app@sha256:"))
        #expect(
            try await sandbox.sql("SELECT outcome FROM push_v1 WHERE tag = '\(place)'")
                == "succeeded")
        let missing = try await run(place, "enclavia history at nothing:here")
        #expect(missing.status == 1)
        let image = try await run(place, "enclavia-sandbox image")
        #expect(image.status == 64 && image.err.contains("Missing expected argument"))
    }

    @Test func `an empty argument vector is an error`() async throws {
        let program = Build.product("enclavia")
        let run = try await Run.program(
            "python3",
            [
                "-c",
                """
                import ctypes, sys
                none = (ctypes.c_char_p * 1)(None)
                ctypes.CDLL(None).execve(sys.argv[1].encode(), none, none)
                """, program,
            ])
        #expect(run.status == 64)
        #expect(run.out == "")
        #expect(run.err == "error: the program was started with an empty argument vector\n")
    }
}
