import Foundation
import Subprocess

/// A shell that cleans up if the sandbox is killed.
final class Watchdog: Sendable {
    /// Reads `kill <process group>` and `remove <path>` until the pipe closes, then executes them. `done`
    /// ends it without that: the sandbox has cleaned up itself.
    private static let script = """
        groups= ; paths=
        while read -r word value; do
            case $word in
                kill) groups="$groups $value" ;;
                remove) paths="$paths$value
        " ;;
                done) exit 0 ;;
            esac
        done
        for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
        printf '%s' "$paths" | while IFS= read -r path; do
            for attempt in 1 2 3 4 5; do
                rm -rf -- "$path" 2>/dev/null && break
                sleep 0.2
            done
        done
        """

    private let orders: AsyncStream<String>.Continuation
    private let run: Task<Void, Never>

    init(reporting report: Report) {
        let (lines, orders) = AsyncStream<String>.makeStream()
        self.orders = orders
        var platform = PlatformOptions()
        platform.createSession = true
        let options = platform
        run = Task {
            do {
                _ = try await Subprocess.run(
                    .path("/bin/sh"), arguments: ["-c", Self.script], platformOptions: options,
                    input: .inputWriter, output: .discarded, error: .discarded
                ) { execution in
                    for await line in lines {
                        _ = try await execution.standardInputWriter.write(line + "\n")
                    }
                    try await execution.standardInputWriter.finish()
                }
            } catch {
                report.log("nothing will clean up if the sandbox is killed: \(error)")
            }
        }
    }

    func kill(group: Int32) { orders.yield("kill \(group)") }

    func remove(_ path: String) { orders.yield("remove \(path)") }

    /// Ends the watchdog, after the sandbox has cleaned up.
    func dismiss() async {
        orders.yield("done")
        orders.finish()
        await run.value
    }
}
