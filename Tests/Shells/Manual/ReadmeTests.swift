import Foundation
import TestSupport
import Testing

/// The recipes of the README, run as they are written, in a sandbox.
@Suite(.serialized) struct ReadmeTests {
    /// Logged in, with a local image, a push of it under each tag that the recipes name, one of them
    /// imported with a date in July, the histories of two runners in `runner-1` and `runner-2`, and the files
    /// that other tools would have written.
    private static let system = Task {
        // The build lasts: once the enclave runs, it refuses an image, and a recipe would fail.
        let sandbox = try await Sandbox.start(["--build-time", "600"])
        try await sandbox.image("myapp")
        let folder = try Folder()
        try folder.write(
            #"""
            import json, sys
            record = json.loads(sys.stdin.readline())
            record["context"]["host"] = sys.argv[1]
            record["id"] = "0198%s" % (int(sys.argv[2]) + 1000) + record["id"][8:]
            for key in ("started_at", "pushed_at", "finished_at"):
                record[key] = "2026-07-30T12:00:0%d.000Z" % len(key.split("_")[0])
            record["started_at"] = "2026-07-30T12:00:00.000Z"
            record["notify"]["at"] = "2026-07-30T12:00:08.000Z"
            print(json.dumps(record))
            """#, to: "age.py")
        let run = try await sandbox.shell(
            """
            set -e
            enclavia push myapp myapp:prod
            enclavia push myapp myapp:v1
            for n in 1 2; do
                mkdir runner-$n
                enclavia history export | python3 age.py runner$n $n > runner-$n/pushes.jsonl
            done
            enclavia history at myapp:v1 > images.txt
            digest=$(cut -d @ -f 2 images.txt)
            printf %s "$digest" > digest.txt
            printf '{"containerimage.digest": "%s"}' "$digest" > meta.json
            mkdir target
            printf '{"image": "%s", "imageDigest": "%s", "tags": ["v1"]}' \
                "$ENCLAVIA_SANDBOX_REGISTRY/alice/myapp" "$digest" > target/jib-image.json
            """, directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return (sandbox, folder)
    }

    @Test(arguments: [
        "Quick start", "In scripts", "Pushing from CI", "Recording pushes of other tools",
        "Querying the history",
    ])
    func `the recipes run`(_ section: String) async throws {
        let readme = try String(contentsOfFile: "\(Build.root)/README.md", encoding: .utf8)
        let (sandbox, folder) = try await Self.system.value
        // A browser, the build of a Dockerfile, and other tools that push are not available here.
        let absent = ["enclavia auth login", "docker build", "podman push", "ko build"]
        let commands = Self.commands(of: section, in: readme).filter { command in
            !absent.contains { command.hasPrefix($0) }
        }
        try #require(commands.count > 3, "\(section): \(commands)")
        for command in commands {
            let run = try await sandbox.shell(
                "set -eo pipefail\n\(command)",
                environment: [
                    "GITHUB_SHA": "0123abcd", "GITHUB_OUTPUT": "\(folder.path)/output",
                    "GITHUB_STEP_SUMMARY": "\(folder.path)/summary", "CI_COMMIT_SHA": "4567cdef",
                ],
                directory: folder.path)
            #expect(run.status == 0, "\(command)\n\(run.out)\n\(run.err)")
        }
    }

    @Test func `the exit codes are those of the manual`() throws {
        let readme = try String(contentsOfFile: "\(Build.root)/README.md", encoding: .utf8)
        var codes: Set<String> = []
        for line in readme.split(separator: "\n") {
            guard let match = line.firstMatch(of: #/^\| ([0-9]+[0-9, ]*) \|/#) else { continue }
            codes.formUnion(match.output.1.split(separator: ", ").map(String.init))
        }
        let page = try #require(ManualPage.named("enclavia.1"))
        #expect(codes == Set(page.items(in: "EXIT STATUS")))
    }

    /// The commands of a section: what follows `$ ` in its consoles, and the lines of its jobs that begin
    /// with `enclavia`.
    private static func commands(of section: String, in readme: String) -> [String] {
        let start = readme.range(of: "## \(section)\n")?.upperBound ?? readme.endIndex
        let text =
            readme[start...].prefix { _ in true }
            .components(separatedBy: "\n## ").first ?? ""
        let joined = text.replacing("\\\n", with: "")
        return joined.split(separator: "\n").compactMap { line in
            let line = line.trimmingCharacters(in: .whitespaces)
            for lead in ["$ ", "- run: ", "run: ", "- "] where line.hasPrefix(lead) {
                let command = String(line.dropFirst(lead.count))
                if lead == "$ " || command.hasPrefix("enclavia ") { return command }
            }
            return nil
        }
    }
}
