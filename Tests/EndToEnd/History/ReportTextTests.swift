import Foundation
import TestSupport
import Testing

/// What a report shows of imported records, as other programs read it.
@Suite(.serialized)
struct ReportTextTests {
    private static let shared = Task { try await Sandbox.start(engine: false) }

    /// Two histories of the same records: in the second, each text that is free is hostile.
    private static let pair = #"""
        import json, os
        names = sorted({r['context'][k] for r in records for k in ('user', 'ci_actor', 'host')} - {None})
        texts = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', 'a|b||c|', '`tick` ``two``',
            '\u202eright to left\u2066', '\u05d0\u05d1 | \u05d2', '[x](javascript:alert(1))', '![i](//x/y.png)',
            '</td></table><h1>x', '**b** _i_ ~~s~~ \\| \\', '\u001b[31mred\u0007', 'two\n\n# lines\r\n| a | b |',
            '&lt;b&gt; &#60;i> <!-- -->', '"\'><svg/onload=x>', 'https://evil.example/ www.evil.example']
        # Import refuses other characters in names, labels and messages.
        def plain(text): return ''.join(c for c in text if c.isprintable())
        def write(name, text):
            with open(os.path.join(FOLDER, name), 'w') as file:
                for n, record in enumerate(records):
                    r = json.loads(json.dumps(record))
                    for key in ('user', 'ci_actor', 'host'):
                        if r['context'][key]: r['context'][key] = text(names.index(r['context'][key]))
                    r['local_image'] = plain(text(n))
                    r['message'] = plain(text(n + 1))
                    r['context']['git_branch'] = text(n + 2)
                    r['labels'] = {'team': plain(text(n + 3))}
                    if r['failure']: r['failure']['message'] = text(n + 4)
                    file.write(json.dumps(r) + '\n')
        write('benign.jsonl', lambda n: 'text %d' % (n % len(texts)))
        write('hostile.jsonl', lambda n: texts[n % len(texts)])
        """#

    /// Prints the elements of the pages or Markdown texts that it is given, one line for each file.
    private static let outline = #"""
        import html5lib, re, subprocess, sys
        for path in sys.argv[1:]:
            text = open(path, encoding='utf-8', newline='').read()
            if path.endswith('.md'):
                columns = 0
                for line in text.split('\n'):
                    if not line.startswith('|'): columns = 0; continue
                    count = re.sub(r'\\.', '', line).count('|')
                    columns = columns or count
                    if count != columns: print('columns', count, columns, ascii(line))
                text = subprocess.run(
                    ['cmark-gfm', '-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '-t', 'html', '--unsafe'],
                    input=text, capture_output=True, check=True, encoding='utf-8').stdout
            tree = html5lib.parse(text, namespaceHTMLElements=False)
            names = [(e.tag, sorted(str(k) for k in e.attrib)) for e in tree.iter() if isinstance(e.tag, str)]
            # Markdown shows as code what GitHub would find a mention or a link in.
            names = [name for name in names if name[0] != 'code' or not path.endswith('.md')]
            print(len(names), names)
            assert not {'script', 'img', 'iframe', 'svg:script'} & {n for n, _ in names}
            controls = [c for c in text if ord(c) < 32 and c != '\n' or c in '\u007f\u202e\u2066']
            assert not controls, ascii(controls)
        """#

    @Test(arguments: ["md", "html"])
    func `hostile records give the elements of benign ones`(_ format: String) async throws {
        let folder = try Folder()
        let corpus = try await Corpus(records: 120)
        _ = try await corpus.python("FOLDER = '\(folder.path)'\n" + Self.pair)
        try folder.write(Self.outline, to: "outline.py")
        let run = try await Self.shared.value.shell(
            """
            set -e
            for name in benign hostile; do
                export ENCLAVIA_STATE_DIR=$PWD/$name
                enclavia history import $name.jsonl >/dev/null
                enclavia history report --format \(format == "md" ? "markdown" : "html") >$name.\(format)
            done
            cmp -s benign.\(format) hostile.\(format) && exit 9
            /usr/bin/python3 outline.py benign.\(format) hostile.\(format)
            """, directory: folder.path)
        let lines = run.out.split(separator: "\n")
        try #require(run.status == 0 && lines.count == 2, "\(run.out)\(run.err)")
        #expect(lines[0] == lines[1])
        #expect(lines[0].contains("'td'") && lines[0].contains("'h2'"), "\(lines[0])")
    }

    @Test func `times are local, with the offset of their own day`() async throws {
        let folder = try Folder()
        let corpus = try await Corpus(records: 2)
        _ = try await corpus.python(
            """
            out = open('\(folder.path)/days.jsonl', 'w')
            for r, day in zip(records, ('2026-03-28', '2026-03-30')):
                for key in ('started_at', 'pushed_at', 'finished_at'):
                    if r[key]: r[key] = day + 'T12:00:00.000Z'
                if r['notify']['at']: r['notify']['at'] = day + 'T12:00:00.000Z'
                out.write(json.dumps(r) + '\\n')
            """)
        let run = try await Self.shared.value.shell(
            """
            set -e
            export ENCLAVIA_STATE_DIR=$PWD/state TZ=Europe/Berlin
            enclavia history import days.jsonl >/dev/null
            for options in '' '--since 2026-03-29 --until 2026-03-29' '--since 2026-03-29'; do
                enclavia history report --format markdown $options | sed 's/\\\\//g' >new.md
                grep -o -e '2026-03-28 13:00:00 +01:00' -e '2026-03-30 14:00:00 +02:00' \\
                    -e '2026-03-29 00:00:00 +01:00' -e '2026-03-30 00:00:00 +02:00' new.md | sort -u
                echo
            done
            """, environment: ["ENCLAVIA_STATE_DIR": "\(folder.path)/state"],
            directory: folder.path)
        #expect(
            run.out == """
                2026-03-28 13:00:00 +01:00
                2026-03-30 14:00:00 +02:00

                2026-03-29 00:00:00 +01:00
                2026-03-30 00:00:00 +02:00

                2026-03-29 00:00:00 +01:00
                2026-03-30 14:00:00 +02:00


                """, "\(run.err)")
    }

    @Test func `the commands of the notes print the pushes that they promise`() async throws {
        let folder = try Folder()
        let corpus = try await Corpus(records: 900)
        _ = try await corpus.python(
            """
            out = open('\(folder.path)/users.jsonl', 'w')
            for r in records:
                r['context']['user'] = "al'ice $(touch pwned); `touch pwned` *"
                out.write(json.dumps(r) + '\\n')
            """)
        let run = try await Self.shared.value.shell(
            """
            set -e
            export ENCLAVIA_STATE_DIR=$PWD/state
            enclavia history import users.jsonl >/dev/null
            cp state/history.db* .
            TZ=Asia/Kathmandu enclavia history report '*/*' --since 2025-03-01 --until 2025-11-30 --format markdown \\
                --user "al'ice \\$(touch pwned); \\`touch pwned\\` *" >new.md
            cmark-gfm -e table -t xml new.md | python3 -c '
            import sys, xml.etree.ElementTree as tree
            for code in tree.parse(sys.stdin).iter("{http://commonmark.org/xml/1.0}code"):
                if code.text.startswith("enclavia history list "): print(code.text)' | sort -u >commands
            wc -l <commands
            while IFS= read -r command; do
                bash -c "${command/list/list --format jsonl}" >pushes
                jq -r .id pushes | sort | sha256sum; wc -l <pushes
            done <commands
            sqlite3 -readonly state/history.db "SELECT id FROM push_v1 WHERE repository IS NOT NULL
                AND started_at >= '2025-02-28T18:15:00.000Z' AND started_at < '2025-11-30T18:15:00.000Z'" |
                sort | sha256sum
            [ ! -e pwned ]
            """, directory: folder.path)
        let lines = run.out.split(separator: "\n").map(String.init)
        try #require(run.status == 0 && lines.count >= 4, "\(run.out)\(run.err)")
        // The command of the list of all pushes is the only one without another filter.
        let wanted = try #require(lines.last)
        #expect(lines.dropLast().contains(wanted), "\(run.out)")
        for line in stride(from: 2, to: lines.count - 1, by: 2) { #expect(lines[line] != "0") }
    }
}
