import EnclaviaCore
import EnclaviaEngine
import Foundation
import TestSupport
import Testing

/// Clients that exist and cannot be run.
struct ProgramFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: ProgramFault
        /// Makes the file `$1`.
        let script: String

        init(_ name: String, _ fault: ProgramFault, _ script: String) {
            testDescription = name
            self.fault = fault
            self.script = script
        }
    }

    private static func text(_ text: String) -> String {
        "printf '%b' '\(text)' > \"$1\" && chmod 755 \"$1\""
    }

    static let cases = [
        Case(
            "an interpreter that is not there", .missingInterpreter("/nowhere/python3"),
            text(#"#!/nowhere/python3 -u\n"#)),
        Case(
            "a line that ends as on Windows", .missingInterpreter("/bin/sh\r"),
            text(#"#!/bin/sh\r\n"#)),
        Case(
            "an interpreter by its name", .missingInterpreter("nowhere-sh"),
            text(#"#! \tnowhere-sh\n"#)),
        Case(
            "an interpreter that is a file", .missingInterpreter("/etc/passwd"),
            text(#"#!/etc/passwd"#)),
        Case("a script without a first line", .noInterpreterLine, text(#"exec docker "$@"\n"#)),
        Case("an empty file", .empty, text("")),
        Case(
            "another machine's program", .wrongFormat,
            text(#"\0177ELF\02\01\01\00\00\00\00\00\00\00\00\00\02\00\0377\0377"#)),
        Case(
            "another system's program", .missingLoader,
            #"sed 's,/lib64/ld-linux,/lib64/no-linux,g; s,/lib/ld-linux,/lib/no-linux,g' /bin/true > "$1""#
                + #" && chmod 755 "$1""#),
        Case("a file without permission", .notExecutable, #"echo '#!/bin/sh' > "$1""#),
        Case("a directory", .directory, #"mkdir "$1""#),
        Case("a pipe", .notRegular, #"mkfifo "$1""#),
        Case(
            "a link to nothing", .danglingLink(target: "/nowhere/docker"),
            #"ln -s /nowhere/docker "$1""#),
    ]

    private static func machine(_ script: String, in folder: String = "bin") async throws -> Machine
    {
        let lab = try await EngineLab.shared
        var machine = try Machine(lab)
        // The client has to be run.
        machine.environment["DOCKER_HOST"] = "tcp://127.0.0.1:9"
        machine.environment["PATH"] = machine.files.path("bin")
        try machine.files.makeDirectory(folder)
        try await Shell.run("set -- \(machine.files.path("\(folder)/docker"))\n\(script)")
        return machine
    }

    @Test(arguments: cases)
    func `a client that cannot be run is reported with the reason`(_ sample: Case) async throws {
        let machine = try await Self.machine(sample.script)
        let path = machine.files.path("bin/docker")
        let engine = machine.engine
        await #expect(throws: EngineError.unusableProgram(path: path, sample.fault)) {
            try await engine.inspect("app:v1")
        }
        let status = await engine.status()
        #expect(await engine.diagnosis(of: status) == .program(path: path, sample.fault))
    }

    @Test func `a file that cannot be run is skipped if a later one can`() async throws {
        for sample in Self.cases.suffix(4) {
            var machine = try await Self.machine(sample.script)
            try machine.files.makeDirectory("later")
            try machine.files.write("#!/bin/sh\n", to: "later/docker", isProgram: true)
            machine.environment["PATH"]? += ":" + machine.files.path("later")
            let status = await machine.engine.status()
            #expect(status.path == machine.files.path("later/docker"))
        }
    }

    @Test func `a client that is not on PATH is reported as not installed`() async throws {
        var machine = try await Self.machine("true")
        let engine = machine.engine
        await #expect(throws: EngineError.notInstalled(program: "docker")) {
            try await engine.inspect("app:v1")
        }
        machine.environment["PATH"] = "bin"
        let relative = machine.engine
        await #expect(throws: EngineError.notInstalled(program: "docker")) {
            try await relative.inspect("app:v1")
        }
    }
}
