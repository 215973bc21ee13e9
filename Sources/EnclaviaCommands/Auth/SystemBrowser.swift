import EnclaviaCore
import EnclaviaSystem

/// The browser that the environment names.
package struct SystemBrowser: Browser {
    /// A browser that still runs after this time counts as started.
    private static let timeout: Duration = .seconds(3)

    private let environment: [String: String]

    package init(environment: [String: String]) {
        self.environment = ChildEnvironment.of(environment)
    }

    package func open(_ url: String) async -> Bool {
        for words in Self.commands(for: url, environment) where !Task.isCancelled {
            if await start(words) { return true }
        }
        return false
    }

    /// The commands to try, in order: those of `BROWSER`, separated by colons, then `xdg-open` where there is a
    /// display. `%s` in a command stands for the URL; a command without it gets the URL as its last argument. No
    /// shell parses the commands.
    static func commands(for url: String, _ environment: [String: String]) -> [[String]] {
        var commands: [[String]] = []
        for command in (environment["BROWSER"] ?? "").split(separator: ":") {
            let words = command.split(separator: " ").map(String.init)
            guard !words.isEmpty else { continue }
            commands.append(
                words.contains { $0.contains("%s") }
                    ? words.map {
                        $0.split(separator: "%s", omittingEmptySubsequences: false)
                            .joined(separator: url)
                    }
                    : words + [url])
        }
        let display = ["WAYLAND_DISPLAY", "DISPLAY"].contains { environment[$0]?.isEmpty == false }
        if display { commands.append(["xdg-open", url]) }
        return commands
    }

    /// Whether the program exited with 0, or still runs after the timeout.
    private func start(_ words: [String]) async -> Bool {
        guard let name = words.first,
            let path = ProgramSearch.find(name, in: environment["PATH"])
        else { return false }
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        let run = ProgramRun(
            program: path, arguments: Array(words.dropFirst()), environment: environment)
        // Detached, since the browser may outlive the login; nothing uses its exit status then.
        Task.detached { end.yield(await run.runInOwnSession()) }
        Task.detached {
            try? await Task.sleep(for: Self.timeout)
            end.yield(true)
        }
        return await ends.first { _ in true } ?? false
    }
}
