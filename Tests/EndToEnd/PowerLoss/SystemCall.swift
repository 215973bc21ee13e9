import Foundation

/// A system call, as `strace -f -y -xx` writes it.
///
/// With `-xx` every text and every path is hexadecimal, so quotes, commas and brackets are those of
/// strace itself.
struct SystemCall {
    /// One argument as it is written in the trace.
    struct Argument {
        let bytes: ArraySlice<UInt8>

        /// Names of flags and numbers.
        var words: String {
            String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        }

        var isText: Bool { bytes.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "\"") }
        /// Whether the file that the argument refers to has lost its name.
        var isDeleted: Bool { words.hasSuffix("(deleted)") }

        /// The strings in it: one, or those of a list such as the arguments of `execve`.
        var texts: [[UInt8]] {
            bytes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
                .enumerated().filter { $0.offset % 2 == 1 }.map { decoded($0.element) }
        }

        /// The path of a file descriptor, which `-y` adds.
        var path: String? {
            guard let start = bytes.firstIndex(of: UInt8(ascii: "<")),
                let end = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
            else { return nil }
            return String(decoding: decoded(bytes[(start + 1)..<end]), as: UTF8.self)
        }

        /// The bytes that `\x2f` and the like represent.
        private func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
            guard text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) else {
                return Array(text)
            }
            return stride(from: text.startIndex, to: text.endIndex - 3, by: 4).map {
                value(text[$0 + 2]) << 4 | value(text[$0 + 3])
            }
        }

        private func value(_ digit: UInt8) -> UInt8 {
            digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
        }
    }

    enum Malformed: Error {
        case line(String)
        /// strace truncated a string.
        case cutText(call: String)
    }

    /// The thread that made it.
    let thread: Int
    let name: String
    let arguments: [Argument]
    /// What it returned; nil if it never returned.
    let result: Int?
    /// The position in the trace's operations at which it was begun.
    let began: Int

    /// Reads `name(arguments) = result …`.
    ///
    /// - Throws: ``Malformed``.
    init(thread: Int, text: ArraySlice<UInt8>, began: Int) throws {
        let malformed = Malformed.line(String(decoding: text.prefix(200), as: UTF8.self))
        guard let open = text.firstIndex(of: UInt8(ascii: "(")) else { throw malformed }
        var arguments: [Argument] = []
        var start = open + 1
        var depth = 0
        var isQuoted = false
        var close: Int?
        scan: for index in start..<text.endIndex {
            switch text[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case _ where isQuoted: break
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")") where depth == 0:
                close = index
                break scan
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                arguments.append(Argument(bytes: text[start..<index]))
                start = index + 1
            default: break
            }
        }
        guard let close else { throw malformed }
        arguments.append(Argument(bytes: text[start..<close]))
        let tail = String(decoding: text[(close + 1)...].prefix(60), as: UTF8.self)
        let words = tail.split(whereSeparator: { $0 == " " || $0 == "<" })
        guard words.first == "=", words.count > 1 else { throw malformed }
        self.thread = thread
        name = String(decoding: text[..<open], as: UTF8.self)
        self.arguments = arguments
        result = Int(words[1])
        self.began = began
        if arguments.contains(where: { $0.bytes.suffix(3).elementsEqual("...".utf8) }) {
            throw Malformed.cutText(call: name)
        }
    }

    /// The last argument: a decimal number or, for a mode, an octal one.
    ///
    /// - Throws: ``Malformed``.
    func lastNumber(radix: Int = 10) throws -> Int {
        guard let number = arguments.last.flatMap({ Int($0.words, radix: radix) }) else {
            throw Malformed.line(name)
        }
        return number
    }

    /// The paths among the arguments; a relative one is completed by the directory before it.
    var paths: [String] {
        arguments.enumerated().compactMap { index, argument in
            guard argument.isText, let text = argument.texts.first else { return nil }
            let path = String(decoding: text, as: UTF8.self)
            guard !path.hasPrefix("/"), index > 0, let base = arguments[index - 1].path else {
                return path
            }
            return "\(base)/\(path)"
        }
    }
}

/// Joins the lines of a trace into system calls: a call during which another thread makes one
/// takes two lines.
struct SystemCallReader {
    private var unfinished: [Int: (text: [UInt8], began: Int)] = [:]

    /// Reads the next line.
    ///
    /// - Parameter position: the number of operations that the trace has so far.
    /// - Returns: nil for a line that ends no call.
    /// - Throws: ``SystemCall/Malformed``.
    mutating func read(_ line: ArraySlice<UInt8>, position: Int) throws -> SystemCall? {
        guard let end = line.firstIndex(of: UInt8(ascii: " ")),
            let thread = Int(String(decoding: line[..<end], as: UTF8.self)),
            let start = line[end...].firstIndex(where: { $0 != UInt8(ascii: " ") })
        else { return nil }
        let text = line[start...]
        if text.starts(with: "+++".utf8) || text.starts(with: "---".utf8) { return nil }
        let marker = "<unfinished ...>".utf8
        if text.suffix(marker.count).elementsEqual(marker) {
            unfinished[thread] = (Array(text.dropLast(marker.count)), position)
            return nil
        }
        guard text.starts(with: "<... ".utf8) else {
            return try SystemCall(thread: thread, text: text, began: position)
        }
        guard let (head, began) = unfinished.removeValue(forKey: thread),
            let resumed = text.firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        let whole = head + text[(resumed + 1)...]
        return try SystemCall(thread: thread, text: whole[...], began: began)
    }
}
