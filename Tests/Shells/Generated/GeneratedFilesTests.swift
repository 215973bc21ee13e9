import EnclaviaCommands
import Foundation
import Testing

@Suite struct GeneratedFilesTests {
    @Test func `generated files are what the parser and the scripts make of them`() throws {
        let generated = try GeneratedFiles()
        if ProcessInfo.processInfo.environment["ENCLAVIA_REGENERATE"] == "1" {
            try generated.write()
        }
        for file in generated.files {
            let current = try GeneratedFiles.read(file.path)
            #expect(current == file.text, "\(file.path) is out of date: run `make completions`")
        }
    }

    @Test func `every value has a kind`() throws {
        let unknown = try GeneratedFiles().unknown
        #expect(
            unknown.isEmpty,
            "declare these with a completion, such as .value(.free), then run `make completions`: \(unknown)"
        )
    }

    @Test(arguments: CompletionShell.allCases)
    func `the program prints the script's own bytes`(_ shell: CompletionShell) throws {
        #expect(shell.script == (try GeneratedFiles.read("completions/\(shell.fileName)")))
    }
}
