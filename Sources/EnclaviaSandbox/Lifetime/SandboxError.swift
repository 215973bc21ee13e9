/// Why a sandbox does not start, or a command of it fails.
enum SandboxError: Error, Equatable {
    case missingProgram(String, package: String)
    case engineNeedsRoot
    /// A path of a unix socket would be longer than the 107 bytes that Linux allows (unix(7)).
    case pathTooLong(String)
    case cannotMake(String, reason: String)
    /// A daemon ended before it was ready; with the end of its log.
    case ended(String, log: String)
    /// A daemon was not ready in time; with the end of its log.
    case notReady(String, log: String)
    case cannotStart(String, reason: String)
    case imageRefused(String)
    /// The sandbox refused a control request; with its response.
    case refused(status: Int, String)
}

extension SandboxError: CustomStringConvertible {
    var description: String {
        switch self {
        case .missingProgram(let program, let package):
            "\(program) is not installed: apt-get install \(package)"
        case .engineNeedsRoot:
            "no docker engine responds, and starting a private one needs root: start docker, or "
                + "run the sandbox with sudo, or give --no-engine to go without"
        case .pathTooLong(let path):
            "\(path) is too long for a socket: give --root a shorter directory"
        case .cannotMake(let path, let reason): "cannot make \(path): \(reason)"
        case .ended(let name, let log): "\(name) ended at once: \(log)"
        case .notReady(let name, let log): "\(name) did not respond in time: \(log)"
        case .cannotStart(let name, let reason): "cannot start \(name): \(reason)"
        case .refused(let status, let answer): "the sandbox responded with \(status): \(answer)"
        case .imageRefused(let reason): "the engine refused the image: \(reason)"
        }
    }
}
