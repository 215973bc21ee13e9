import EnclaviaCommands
import Foundation
import Testing

/// The directories that the environment selects.
struct SettingsTests {
    private static let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }

    private func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(environment: environment, workingDirectory: "/work")
    }

    @Test(arguments: [
        ("/", "/.local/state/enclavia", "/.config/enclavia"),
        ("/home/a/", "/home/a/.local/state/enclavia", "/home/a/.config/enclavia"),
        ("//srv//a", "/srv/a/.local/state/enclavia", "/srv/a/.config/enclavia"),
    ])
    func `directories in the home directory have one slash between their parts`(
        _ home: String, _ state: String, _ config: String
    ) throws {
        let settings = try settings(["HOME": home])
        #expect(settings.stateDirectory == state)
        #expect(settings.configDirectory == config)
    }

    @Test(.enabled(if: user != nil), arguments: [nil, "", "relative", "./a"])
    func `the passwd entry replaces a HOME that is missing, empty or relative`(_ home: String?)
        throws
    {
        let environment = home.map { ["HOME": $0] } ?? [:]
        let user = try #require(Self.user)
        #expect(try settings(environment).home == user)
    }

    @Test func `directories in the environment take precedence over the home directory`() throws {
        let settings = try settings([
            "HOME": "/", "ENCLAVIA_STATE_DIR": "state", "XDG_CONFIG_HOME": "/etc/x",
            "XDG_RUNTIME_DIR": "relative",
        ])
        #expect(settings.stateDirectory == "/work/state")
        #expect(settings.configDirectory == "/etc/x/enclavia")
        #expect(settings.runtimeDirectory == nil)
    }
}
