import Foundation
import Testing

/// Traces as strace writes them, with each text in hexadecimal.
struct TraceTests {
    private static let places = Trace.Places(
        home: "/home/u", marks: "/marks", engine: "/lab/docker")

    private func trace(_ lines: String...) throws -> Trace {
        // What is in backquotes is written as strace writes it.
        let text = lines.map { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated().map {
                $0.offset % 2 == 0
                    ? String($0.element)
                    : $0.element.utf8.map { "\\x" + String(0x100 + Int($0), radix: 16).dropFirst() }
                        .joined()
            }.joined()
        }.joined(separator: "\n")
        return try Trace(Array(text.utf8), Self.places)
    }

    @Test func `writes go to the current offset of the file, or to its end`() throws {
        let trace = try trace(
            #"7 openat(AT_FDCWD<`/home/u`>, "`a`", O_RDWR|O_CREAT, 0600) = 3<`/home/u/a`>"#,
            #"7 write(3<`/home/u/a`>, "`one`", 3) = 3"#,
            #"7 write(3<`/home/u/a`>, "`three`", 5) = 2"#,
            #"7 lseek(3<`/home/u/a`>, 1, SEEK_SET) = 1"#,
            #"7 write(3<`/home/u/a`>, "`x,)"`", 4) = 4"#,
            #"7 pwrite64(3<`/home/u/a`>, "`y`", 1, 9) = 1"#,
            #"7 openat(AT_FDCWD</>, "`/home/u/b`", O_WRONLY|O_APPEND) = 4<`/home/u/b`>"#,
            #"7 write(4<`/home/u/b`>, "`z`", 1) = 1"#,
            #"7 write(5<`/elsewhere`>, "`z`", 1) = 1"#,
            #"7 ftruncate(4<`/home/u/b`>, 12) = 0"#)
        #expect(
            trace.operations == [
                .makeFile("a", mode: 0o600), .write("a", offset: 0, Array("one".utf8)),
                .write("a", offset: 3, Array("th".utf8)),
                .write("a", offset: 1, Array("x,)\"".utf8)),
                .write("a", offset: 9, Array("y".utf8)), .write("b", offset: nil, Array("z".utf8)),
                .resize("b", to: 12),
            ])
    }

    @Test func `an fsync covers what was done before it began, and no more`() throws {
        let trace = try trace(
            #"7 pwrite64(3<`/home/u/a`>, "`1`", 1, 0) = 1"#,
            #"7 fsync(3<`/home/u/a`> <unfinished ...>"#,
            #"8 pwrite64(3<`/home/u/a`>, "`2`", 1, 1 <unfinished ...>"#,
            "8 <... pwrite64 resumed>) = 1", "7 <... fsync resumed>) = 0",
            #"7 fdatasync(3<`/home/u/a`>) = -1 EIO (Input/output error)"#)
        #expect(
            trace.operations == [
                .write("a", offset: 0, Array("1".utf8)), .write("a", offset: 1, Array("2".utf8)),
                .sync("a", began: 1),
            ])
    }

    @Test func `names are created, changed and removed`() throws {
        let trace = try trace(
            #"7 mkdir("`/home/u/d`", 0700) = 0"#, #"7 mkdir("`/home/u/d`", 0700) = -1 EEXIST (x)"#,
            #"7 renameat(5<`/home/u/d`>, "`new`", AT_FDCWD</>, "`/home/u/d/old`") = 0"#,
            #"7 unlinkat(5<`/home/u/d`>, "`old`", 0) = 0"#,
            #"7 mkdir("`/home/u/d/history.db-shm`", 0700) = 0"#, "7 +++ exited with 0 +++")
        #expect(
            trace.operations == [
                .makeDirectory("d", mode: 0o700), .rename("d/new", to: "d/old"), .remove("d/old"),
            ])
    }

    @Test func `a visible action is placed where its system call began`() throws {
        let trace = try trace(
            #"7 mkdir("`/home/u/d`", 0700) = 0"#,
            #"8 execve("`/lab/docker`", ["`docker`", "`push`", "`a, b`"], 0x7f /* 2 vars */ <unfinished ...>"#,
            #"7 connect(4<socket:[1]>, {sa_family=AF_INET, sin_port=htons(1)}, 16) = -1 EINPROGRESS (x)"#,
            #"7 connect(4<socket:[2]>, {sa_family=AF_UNIX, sun_path="`/run/nscd`"}, 110) = -1 ENOENT (x)"#,
            #"7 unlink("`/home/u/e`") = 0"#, "8 <... execve resumed>) = 0",
            #"7 write(1<`/marks/out.0`>, "`done`", 4) = 4"#)
        #expect(
            trace.marks == [
                Mark(kind: .connection, text: "", position: 1),
                Mark(kind: .engine, text: "push a, b", position: 1),
                Mark(kind: .seen(file: "out.0"), text: "done", position: 2),
            ])
    }

    @Test func `a call that the model of the disk does not support is an error`() throws {
        #expect(throws: Trace.Failure.self) {
            try trace(#"7 link("`/home/u/a`", "`/home/u/b`") = 0"#)
        }
        #expect(throws: Trace.Failure.self) {
            try trace(#"7 copy_file_range(3<`/tmp/a`>, NULL, 4<`/home/u/b`>, NULL, 9, 0) = 9"#)
        }
        #expect(throws: SystemCall.Malformed.self) {
            try trace(#"7 write(3<`/home/u/a`>, "`1`"..., 9) = 9"#)
        }
        #expect(try trace(#"7 link("`/tmp/a`", "`/tmp/b`") = 0"#).operations.isEmpty)
    }
}
