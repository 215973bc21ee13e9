import EnclaviaCore

/// What the output of a failed client says about its engine.
///
/// The client has one exit status for all failures, so only its messages tell the cause. They match only at
/// the start of a line: after `Error response from daemon: Get "https://…":` they are the registry's.
package struct ClientErrorMessage: Hashable, Sendable {
    package let problem: EngineProblem
    /// The line with the message, or, where the client reaches the engine through ssh, the last line of ssh.
    package let reason: String

    /// - Returns: `nil` where `output` says nothing about the engine.
    package init?(_ output: String) {
        let lines = output.split(whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let text = Self.message(of: line)
            guard let problem = Self.problem(in: text.lowercased()) else { continue }
            self.problem = problem
            reason = Self.reason(text, followedBy: lines[index...].dropFirst())
            return
        }
        return nil
    }

    /// The path of the Unix socket that the client could not connect to; `nil` where the message has none.
    package var socketPath: String? {
        guard problem == .noResponse, let scheme = reason.firstRange(of: "unix://") else {
            return nil
        }
        let rest = reason[scheme.upperBound...]
        let end = [". Is the docker daemon", ": ", "; "]
            .compactMap { rest.firstRange(of: $0)?.lowerBound }.min()
        let path = rest[..<(end ?? rest.endIndex)]
        return path.hasPrefix("/") ? String(path) : nil
    }

    private static func problem(in text: String) -> EngineProblem? {
        // A response of an engine or a proxy without a message (moby, client/request.go, before 28).
        if text == "error response from daemon:" { return .notAnEngine }
        guard let entry = table.first(where: { text.hasPrefix($0.start) }) else { return nil }
        switch entry.problem {
        case .noResponse where tlsWords.contains(where: text.contains): return .tls
        case .address where certificates.contains(where: text.contains): return .tls
        case .notAnEngine where entry.start == "request returned ":
            return text.contains("requested api version") ? .notAnEngine : nil
        case .apiVersion, .tls, .address, .notAnEngine, .noResponse, .socket: return entry.problem
        }
    }

    /// The starts of lines, in lower case, with their source.
    private static let table: [(start: String, problem: EngineProblem)] = [
        // moby, client/errors.go
        ("cannot connect to the docker daemon", .noResponse),
        // moby, client/request.go; the first two until 28, the next two since 29
        ("got permission denied while trying to connect to the docker daemon socket", .noResponse),
        ("permission denied while trying to connect to the docker daemon socket", .noResponse),
        ("permission denied while trying to connect to the docker api at ", .noResponse),
        ("failed to connect to the docker api at ", .noResponse),
        ("error during connect: ", .noResponse),
        ("the server probably has client authentication (--tlsverify) enabled", .tls),
        ("* are you trying to connect to a tls-enabled daemon without tls?", .tls),
        ("request returned ", .notAnEngine),
        ("error reading json: ", .notAnEngine),
        ("error response from daemon: api returned a ", .notAnEngine),
        ("error response from daemon: <", .notAnEngine),
        // moby, daemon/server/middleware/version.go; the last one before 1.13
        ("error response from daemon: client version ", .apiVersion),
        ("error response from daemon: client is newer than server", .apiVersion),
        // Go, net/http/server.go
        ("error response from daemon: client sent an http request to an https server", .tls),
        // Docker Desktop's proxy before the engine
        ("error response from daemon: bad response from docker engine", .noResponse),
        ("error response from daemon: dial unix ", .noResponse),
        ("error response from daemon: docker desktop is ", .noResponse),
        // docker/cli, cli/command/cli.go
        ("unable to resolve docker endpoint: ", .address),
        ("failed to initialize: ", .address),
        // moby, client/client.go
        ("unable to parse docker host ", .address),
        // docker/cli, cli/connhelper/connhelper.go
        ("ssh host connection is not valid", .address),
        // podman, pkg/bindings/connection.go and cmd/podman/main.go
        ("unable to connect to podman", .noResponse),
        ("cannot connect to podman", .noResponse),
        ("failed to connect: ", .noResponse),
        // nerdctl, pkg/clientutil/client.go and pkg/rootlessutil/parent_linux.go
        ("cannot access containerd socket ", .noResponse),
        ("rootless containerd not running?", .noResponse),
    ]

    /// Go, crypto/tls and crypto/x509.
    private static let tlsWords = [
        "x509: ", " tls: ", "server gave http response to https client",
    ]
    /// The client's own files (docker/cli, cli/context/tlsdata.go).
    private static let certificates = ["ca.pem", "cert.pem", "key.pem"]

    /// The line without the prefix of a logger or a client.
    private static func message(of line: Substring) -> Substring {
        var text = line.drop(while: \.isWhitespace)
        if text.hasPrefix("time="), let level = text.firstRange(of: "level=fatal msg=\"") {
            text = text[level.upperBound...]
        } else if text.hasPrefix("FATA["), let end = text.firstRange(of: "] ") {
            text = text[end.upperBound...]
        }
        for prefix in ["Error: ", "docker: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }

    /// The reason in a message. Docker's client puts ssh's output at the end of a long line, and it may continue
    /// on the next lines.
    private static func reason(
        _ text: Substring, followedBy rest: ArraySlice<Substring>
    ) -> String {
        guard let words = text.firstRange(of: ": stderr=") else { return String(text) }
        let last = ([text[words.upperBound...]] + rest.prefix { !$0.hasPrefix("[]") })
            .last { !$0.allSatisfy(\.isWhitespace) }
        return last.map { String($0.drop(while: \.isWhitespace)) } ?? String(text)
    }
}
