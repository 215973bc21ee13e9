import TestSupport
import Testing

/// The specification for carapace, and the answers as carapace's bridge to Cobra reads them.
@Suite struct CarapaceTests {
    @Test func `the specification bridges to this program`() throws {
        let lines = try GeneratedFiles.read("completions/enclavia.yaml").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(lines.first == "name: enclavia")
        #expect(
            lines.dropFirst(2) == [
                "parsing: disabled", "completion:",
                #"  positionalany: ["$carapace.bridge.Cobra([enclavia])"]"#,
            ])
    }

    /// What the bridge makes of an answer (carapace-bridge, `ActionCobra`).
    private enum Action: Equatable {
        case nothing
        case files
        case values([String], noSpace: Bool)
    }

    /// The last line but one is the directive, whether or not there are values; each line before it is a value and its
    /// description. The bridge knows the bits 1 (error), 2 (no space), 4 (no files), 8 (extensions) and 16
    /// (directories).
    private func action(_ words: [String]) async throws -> Action {
        let history = try await SampleHistory()
        let run = try await Run.program(
            Build.product("enclavia"), ["__complete"] + words,
            environment: ["ENCLAVIA_STATE_DIR": history.stateDirectory])
        #expect(run.status == 0, "the bridge reports a failure as an error")
        let lines = run.out.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2,
            let directive = Int(lines[lines.count - 2].trimmingPrefix(":"))
        else { return .nothing }
        #expect(directive & (8 | 16) == 0)
        if directive & 1 != 0 { return .nothing }
        if lines.count < 3 && directive & 4 == 0 { return .files }
        let values = lines.dropLast(2).map { String($0.prefix { $0 != "\t" }) }
        return .values(values, noSpace: directive & 2 != 0)
    }

    @Test func `the bridge reads commands, values without a space, and file names`() async throws {
        #expect(try await action(["histo"]) == .values(["history"], noSpace: false))
        #expect(try await action(["push", "x", "mya"]) == .values(["myapp:"], noSpace: true))
        #expect(try await action(["push", "x", "nosuch"]) == .values([], noSpace: false))
        #expect(try await action(["history", "import", ""]) == .files)
    }
}
