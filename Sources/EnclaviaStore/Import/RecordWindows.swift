import Dispatch
import EnclaviaCore
import Foundation
import Synchronization

/// Processes the lines of an import with `work` on every core, some windows ahead of their use, so that writing
/// does not wait for JSON, nor JSON for a disk.
final class RecordWindows<Element: Sendable>: Sendable {
    /// Consecutive lines, in constant memory however long they are.
    struct Window: Sendable {
        let elements: [Element]
        /// The bytes and lines of the file up to its end.
        let bytesRead: Int64
        let lines: Int
    }

    /// Makes an element of a line; `nil` for a blank line.
    typealias Work = @Sendable (_ line: [UInt8], _ number: Int) throws(ImportError) -> Element?

    private let source: ImportSource
    private let work: Work
    private let lines: Mutex<LineReader>
    private let ready = Mutex<[Result<Window?, ImportError>]>([])
    private let isReady = DispatchSemaphore(value: 0)
    private let queue = DispatchQueue(label: "enclavia.import")

    /// Limits the memory of an import, together with the next two.
    private static var windowsAhead: Int { 4 }
    private static var lineLimit: Int { 128 }
    private static var byteLimit: Int { 1 << 18 }

    /// Begins with the first windows at once.
    init(_ source: ImportSource, _ work: @escaping Work) {
        self.source = source
        self.work = work
        lines = Mutex(LineReader(source.file, size: source.size))
        for _ in 0..<Self.windowsAhead { prepare() }
    }

    /// The next window; `nil` at the end.
    ///
    /// - Throws: the first bad line's ``ImportError/malformed(line:field:detail:)``, or
    ///   ``ImportError/unreadable(path:reason:)``; do not call it again after that.
    func next() throws(ImportError) -> Window? {
        isReady.wait()
        let result = ready.withLock { $0.removeFirst() }
        guard let window = try result.get() else { return nil }
        prepare()
        return window
    }

    /// Waits until nothing reads the source any more.
    func drain() {
        queue.sync {}
    }

    private func prepare() {
        queue.async {
            let window = Result { () throws(ImportError) in try self.window() }
            self.ready.withLock { $0.append(window) }
            self.isReady.signal()
        }
    }

    private func window() throws(ImportError) -> Window? {
        let (texts, first, bytesRead) = try readLines()
        guard !texts.isEmpty else { return nil }
        let share = (texts.count - 1) / ProcessInfo.processInfo.activeProcessorCount + 1
        let starts = Array(stride(from: 0, to: texts.count, by: share))
        let parts = Mutex<[Int: Result<[Element], ImportError>]>([:])
        DispatchQueue.concurrentPerform(iterations: starts.count) { index in
            let slice = starts[index]..<min(starts[index] + share, texts.count)
            let part = Result { () throws(ImportError) in
                try self.elements(texts[slice], first: first)
            }
            parts.withLock { $0[index] = part }
        }
        let made = parts.withLock { $0 }
        var elements: [Element] = []
        elements.reserveCapacity(texts.count)
        for index in starts.indices { elements += try made[index]?.get() ?? [] }
        return Window(elements: elements, bytesRead: bytesRead, lines: first + texts.count - 1)
    }

    /// - Parameter first: the number of the window's first line.
    private func elements(
        _ texts: ArraySlice<[UInt8]>, first: Int
    ) throws(ImportError) -> [Element] {
        var elements: [Element] = []
        elements.reserveCapacity(texts.count)
        for index in texts.indices {
            if let element = try work(texts[index], first + index) { elements.append(element) }
        }
        return elements
    }

    private func readLines() throws(ImportError) -> ([[UInt8]], first: Int, bytesRead: Int64) {
        let read = lines.withLock { lines in
            Result { () throws(ImportError) in
                let first = lines.number + 1
                var texts: [[UInt8]] = []
                var bytes = 0
                while texts.count < Self.lineLimit, bytes < Self.byteLimit,
                    let line = try lines.next(of: source)
                {
                    bytes += line.count
                    texts.append(line)
                }
                return (texts, first: first, bytesRead: lines.bytesRead)
            }
        }
        return try read.get()
    }
}

extension LineReader {
    fileprivate mutating func next(of source: ImportSource) throws(ImportError) -> [UInt8]? {
        do {
            return try next()
        } catch let error as LineTooLong {
            throw .malformed(line: error.number, field: nil, detail: "it is too long")
        } catch {
            throw .unreadable(path: source.path, reason: "\(error)")
        }
    }
}
