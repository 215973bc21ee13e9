import EnclaviaCommands
import Foundation
import Testing

@Suite struct GeneratedFilesTests {
    @Test func `the generated files match the parser and the scripts`() throws {
        let generated = try GeneratedFiles()
        if ProcessInfo.processInfo.environment["ENCLAVIA_REGENERATE"] == "1" {
            try generated.write()
        }
        for file in generated.files {
            let current = try GeneratedFiles.read(file.path)
            #expect(current == file.text, "\(file.path) is out of date: run `make completions`")
        }
    }

    @Test func `every value has a completion kind`() throws {
        let unknown = try GeneratedFiles().unknown
        #expect(
            unknown.isEmpty,
            "declare these with a completion, such as .value(.free), then run `make completions`: \(unknown)"
        )
    }

    @Test(arguments: CompletionShell.allCases)
    func `the program prints the script byte for byte`(_ shell: CompletionShell) throws {
        #expect(shell.script == (try GeneratedFiles.read("completions/\(shell.fileName)")))
    }
}
