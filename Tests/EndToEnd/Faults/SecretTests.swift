import Foundation
import TestSupport
import Testing

/// Where a token goes, as the kernel sees it.
@Suite(.serialized)
struct SecretTests {
    private static let shared = Task {
        let sandbox = try await Sandbox.start()
        try await sandbox.image("app:v1", seed: 67)
        return sandbox
    }

    @Test
    func `a token is written to its file, to docker's input and configuration, to sockets alone`()
        async throws
    {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        // Without a password of the registry's own, the access token is it.
        try await sandbox.faults(["me": "no-token"])
        _ = try await sandbox.control("POST", "expire", "{}")
        let old = try sandbox.secrets
        let run = try await sandbox.shell(
            """
            strace -f -qq -v -yy -s 65536 -o \(folder.path)/trace \
                -e trace=execve,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg \
                enclavia push app:v1 secret:v1
            """)
        try await sandbox.faults([:])
        #expect(run.status == 0, "\(run.err)")
        let secrets = old + (try sandbox.secrets)
        #expect(Set(secrets).count == 4, "the token was not refreshed")
        let trace = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
        var places: Set<String> = []
        for line in trace.split(separator: "\n") {
            // Docker keeps a password as Base64 of handle and password, in its file and its header.
            let tells = secrets.contains {
                let basic = Data("alice:\($0)".utf8).base64EncodedString()
                return line.contains($0) || line.contains(basic)
            }
            if tells { places.insert(place(of: line)) }
        }
        #expect(places == ["socket", "pipe", "credentials", "docker"])
    }

    /// What a line of the trace writes to.
    private func place(of line: Substring) -> String {
        let call = line.drop { !$0.isLetter }.prefix { $0 != "(" }
        guard call != "execve" else { return "execve: \(line.prefix(120))" }
        let target = line.drop { $0 != "<" }.dropFirst().prefix { $0 != "," }
        if target.hasPrefix("TCP") || target.hasPrefix("UNIX") || target.hasPrefix("socket") {
            return "socket"
        }
        if target.hasPrefix("pipe:") { return "pipe" }
        if target.contains("/enclavia/") && target.contains("credentials") { return "credentials" }
        if target.contains("/enclavia-docker-") { return "docker" }
        return "\(call) \(target)"
    }

    @Test func `children that need no token have none in their environment`() async throws {
        let sandbox = try await Self.shared.value
        let folder = try Folder()
        let token = try #require(try sandbox.secrets.first)
        let run = try await sandbox.shell(
            """
            strace -f -qq -v -s 65536 -e trace=execve -o \(folder.path)/trace \
                enclavia push app:v1 secret:v2
            """,
            environment: ["ENCLAVIA_TOKEN": token])
        #expect(run.status == 0, "\(run.err)")
        let trace = try String(contentsOfFile: "\(folder.path)/trace", encoding: .utf8)
        let calls = trace.split(separator: "\n").filter { $0.contains("execve(") }
        #expect(calls.count > 3)
        // The first is the product's own start.
        #expect(calls.dropFirst().allSatisfy { !$0.contains(token) })
    }
}
