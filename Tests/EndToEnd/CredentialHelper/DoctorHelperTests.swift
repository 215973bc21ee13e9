import Foundation
import TestSupport
import Testing

/// What `doctor` says of the credential helper.
@Suite(.serialized)
struct DoctorHelperTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    /// The finding about the helper; `nil` where there is none.
    private func finding(
        _ place: HelperPlace, _ environment: [String: String] = [:]
    ) async throws -> (level: String, message: String)? {
        let run = try await place.sandbox.enclavia(
            ["doctor", "--json"], environment: place.environment.merging(environment) { $1 })
        let findings = try #require(try run.object()["findings"] as? [[String: Any]])
        let own = findings.filter { $0["check"] as? String == "docker_login" }
        #expect(own.count < 2)
        return own.first.map { ($0["level"] as? String ?? "", $0["message"] as? String ?? "") }
    }

    @Test func `doctor runs the helper where the configuration names it`() async throws {
        let sandbox = try await Self.shared.value
        #expect(try await finding(try await HelperPlace(sandbox)) == nil)
        let place = try await HelperPlace(sandbox, configured: true)
        #expect(try await finding(place)?.level == "ok")
        let token = try #require(try sandbox.secrets.first)
        let environment = ["ENCLAVIA_TOKEN": token, "XDG_CONFIG_HOME": "\(place.folder.path)/none"]
        #expect(try await finding(place, environment)?.level == "ok", "it has the token, too")

        let away = try await finding(place, ["PATH": "\(place.folder.path)/tmp"])
        #expect(away?.level == "warning" && away?.message.contains("not on PATH") == true)
        try await sandbox.faults(["me": "no-token"])
        let longLived = try await finding(place)
        try await sandbox.faults([:])
        #expect(longLived?.level == "warning")

        let other = "\(place.folder.path)/bin/docker-credential-enclavia"
        try FileManager.default.removeItem(atPath: other)
        for (script, reason) in [
            ("echo 'no such thing'; exit 1", "no such thing"), ("echo '{}'", "no user name"),
            ("exit 0", "no user name"), ("kill -9 $$", "ended by signal 9"),
            ("exit 3", "exited with 3"),
            (#"echo '{"Username":"bob","Secret":"x"}'"#, "as bob"),
        ] {
            try place.folder.write(
                "#!/bin/sh\n\(script)\n", to: "bin/docker-credential-enclavia", mode: 0o755)
            let found = try await finding(place)
            #expect(
                found?.level == "warning" && found?.message.contains(other) == true, "\(script)")
            #expect(found?.message.contains(reason) == true, "\(script): \(found?.message ?? "")")
        }
    }

    @Test func `doctor reads the file of podman and skopeo, too`() async throws {
        let place = try await HelperPlace(try await Self.shared.value)
        let entry = #"{"credHelpers": {"\#(place.sandbox.registry)": "enclavia"}}"#
        let file = try place.folder.write(entry, to: "auth.json")
        let found = try await finding(place, ["REGISTRY_AUTH_FILE": file])
        #expect(found?.level == "ok")
        #expect(found?.message.hasPrefix("podman and skopeo log in to ") == true)
    }
}
