import EnclaviaCore
import EnclaviaSystem
import Glibc

/// Determines who pushes, from where, and from which commit of the checkout in the working directory.
package struct GitContextProbe: ContextProbe {
    private let environment: [String: String]
    private let directory: String?
    private let limit: Duration

    /// - Parameters:
    ///   - environment: the user's.
    ///   - directory: the working directory; that of the process unless given.
    ///   - limit: the longest that gathering takes.
    package init(
        environment: [String: String], directory: String? = nil,
        limit: Duration = .milliseconds(500)
    ) {
        self.limit = limit
        self.environment = environment
        self.directory = directory ?? Self.workingDirectory()
    }

    /// The user is the operating system's; if that has no name, as in a container with an arbitrary user id, the
    /// value of `LOGNAME` or `USER`.
    package func identity() -> (host: String?, user: String?) {
        (
            Self.hostName(),
            (UserAccount.current?.name ?? environment["LOGNAME"] ?? environment["USER"])?.lossy
        )
    }

    package func gather() async -> PushContext {
        let (host, user) = identity()
        var context = PushContext(host: host, user: user)
        let run = CIContext.detect(in: environment.mapValues(\.lossy))
        context.ciProvider = run?.provider
        context.ciRunURL = run?.runURL
        context.ciActor = run?.actor
        if let status = await gitStatus() {
            context.gitCommit = status.commit
            context.gitDirty = status.isDirty
            // Jobs check out a commit, not a branch. If it is not the run's commit, this is another checkout, whose
            // branch the run does not know.
            let isOfRun = status.commit != nil && status.commit == run?.commit
            context.gitBranch = status.branch ?? (isOfRun ? run?.branch : nil)
        } else {
            // No git, no checkout, or one of another user's, which git refuses to read.
            context.gitCommit = run?.commit
            context.gitBranch = run?.branch
        }
        return context
    }

    /// The status of the checkout, if git returns it within the limit. A git that hangs, perhaps on an unreachable
    /// network file system, is terminated and not waited for.
    private func gitStatus() async -> GitStatus? {
        guard let directory,
            let checkout = try? GitCheckout(at: directory, environment: environment)
        else { return nil }
        let first = FirstResult<GitStatus?>()
        let limit = limit
        let asking = Task { first.give(await checkout.status()) }
        let limiting = Task {
            try? await Task.sleep(for: limit)
            asking.cancel()
            first.give(nil)
        }
        defer { limiting.cancel() }
        return await first.value
    }

    private static func hostName() -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0, buffer[0] != 0 else { return nil }
        return text(buffer)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(
            decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func workingDirectory() -> String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(native: path)
    }
}
