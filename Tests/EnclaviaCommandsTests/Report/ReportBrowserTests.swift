import EnclaviaCommands
import Foundation
import TestSupport
import Testing

/// Reports in a headless Chromium, on a desktop and on a phone, light and dark, without scripts.
@Suite(.serialized) struct ReportBrowserTests {
    private struct Job: Encodable {
        struct View: Encodable {
            let width: Int
            let scheme: String
        }

        let pages: [String: String]
        let views: [View]
        let pictures: String
    }

    struct Result: Decodable {
        let pages: [String: Page]
        let connectionsWithPolicy: Int
        let connectionsWithout: Int
    }

    struct Page: Decodable {
        let requests: [String]
        /// The accessible names of its images.
        let images: [String]
        let views: [View]
    }

    struct View: Decodable {
        struct Contrast: Decodable {
            var text: String?
            var kind: String?
            let contrast: Double
        }

        let width, scrollWidth, clientWidth: Int
        let scheme, background: String
        let outside: [String]
        let headings: [Int]
        let tables, captions, headsWithoutScope, regions, svgs, marksWithoutWord: Int
        let brokenLinks, linksWithReferrer, doubleIDs, texts, graphics: Int
        let schemes, loading: [String]
        let least, leastGraphic: Contrast
        let smallest: Double
    }

    private static let shared = Task { () async throws -> Result in
        let folder = try TemporaryDirectory()
        let pictures = folder.path("pictures")
        try folder.makeDirectory("pictures")
        var pages: [String: String] = [:]
        for (name, document) in [
            ("full", ReportSample.full), ("empty", ReportSample.empty),
            ("hostile", ReportSample.everywhere(#""><img src=http://127.0.0.1:9/ onerror="x">"#)),
            ("long", ReportSample.everywhere(String(repeating: "W", count: 400))),
        ] {
            try folder.write(try ReportPage(document).html(), to: "\(name).html")
            pages[name] = folder.path("\(name).html")
        }
        let job = Job(
            pages: pages,
            views: [1280, 390].flatMap { width in
                ["light", "dark"].map { Job.View(width: width, scheme: $0) }
            }, pictures: pictures)
        let run = try await Run.program(
            "timeout",
            [
                "60", "python3",
                "\(Build.root)/Tests/EnclaviaCommandsTests/Report/Drivers/browse.py",
            ],
            environment: ["HOME": "/nonexistent"],
            input: String(decoding: try JSONEncoder().encode(job), as: UTF8.self))
        try #require(run.status == 0, "\(run.err)")
        let names = try FileManager.default.contentsOfDirectory(atPath: pictures)
        #expect(names.count == pages.count * job.views.count)
        return try JSONDecoder().decode(Result.self, from: Data(run.out.utf8))
    }

    private func views(_ names: String...) async throws -> [View] {
        let result = try await Self.shared.value
        let views = result.pages.filter { names.isEmpty || names.contains($0.key) }.values
            .flatMap(\.views)
        try #require(!views.isEmpty)
        return views
    }

    @Test func `a page requests nothing but itself, and the policy would stop it`() async throws {
        let result = try await Self.shared.value
        for (name, page) in result.pages {
            #expect(page.requests.count == 1 && page.requests[0].hasSuffix("/\(name).html"))
        }
        #expect(result.connectionsWithPolicy == 0)
        #expect(result.connectionsWithout == 1, "the check itself must see a request")
    }

    @Test func `no page scrolls sideways, and nothing leaves it`() async throws {
        for view in try await views() {
            #expect(view.clientWidth == view.width && view.scrollWidth == view.width)
            #expect(view.outside == [], "\(view.width)")
        }
    }

    @Test func `text and plots can be told from what they stand on, light and dark`() async throws {
        for view in try await views() {
            #expect(view.least.contrast >= 4.5, "\(view.scheme): \(view.least)")
            #expect(view.leastGraphic.contrast >= 3, "\(view.scheme): \(view.leastGraphic)")
            #expect(view.smallest >= 12)
            #expect(
                view.background
                    == (view.scheme == "dark" ? "rgb(16, 21, 28)" : "rgb(246, 247, 249)"))
        }
        #expect(try await views("full").allSatisfy { $0.texts > 2000 && $0.graphics > 30 })
    }

    @Test func `headings, tables and plots have what a screen reader needs`() async throws {
        let result = try await Self.shared.value
        for (name, page) in result.pages {
            for view in page.views {
                #expect(view.headings.first == 1)
                #expect(
                    zip(view.headings, view.headings.dropFirst()).allSatisfy {
                        $1 <= $0 + 1 && $1 > 1
                    })
                #expect(view.captions == view.tables && view.regions == view.tables, "\(name)")
                #expect(view.headsWithoutScope == 0 && view.marksWithoutWord == 0)
                #expect(view.doubleIDs == 0 && view.brokenLinks == 0)
                #expect(page.images.count == view.svgs && !page.images.contains(""), "\(name)")
            }
        }
        let full = try #require(result.pages["full"])
        #expect(full.views.allSatisfy { $0.tables == 5 && $0.headings == [1, 2, 2, 2, 2, 2] })
        #expect(full.images.count == 10 && full.images.contains("alice/payments 1,271 pushes"))
    }

    @Test func `links are to the page itself or to https, without a referrer`() async throws {
        for view in try await views() {
            #expect(view.schemes == ["file:"] || view.schemes == ["file:", "https:"])
            #expect(view.linksWithReferrer == 0 && view.loading == [])
        }
    }
}
