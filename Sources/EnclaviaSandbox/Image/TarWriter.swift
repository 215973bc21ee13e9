/// Writes a tar archive (POSIX.1-2017 pax, "ustar Interchange Format") of plain files.
struct TarWriter {
    private let sink: ([UInt8]) throws -> Void
    private static let block = 512

    init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

    /// The length of an archive of files with these sizes.
    static func length(ofFiles sizes: [Int]) -> Int {
        sizes.reduce(2 * block) { $0 + block + ($1 + block - 1) / block * block }
    }

    func file(_ name: String, _ content: [UInt8]) throws {
        try header(name, size: content.count)
        try sink(content)
        try padding(content.count)
    }

    /// The header of a file whose content follows with `bytes` and `padding`.
    func header(_ name: String, size: Int) throws {
        var header = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(Self.octal(size, digits: 11), at: 124)
        put("00000000000", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(Self.octal(sum, digits: 6) + "\0 ", at: 148)
        try sink(header)
    }

    func bytes(_ bytes: [UInt8]) throws { try sink(bytes) }

    /// Fills the last block of a file of this size.
    func padding(_ size: Int) throws {
        let rest = size % Self.block
        if rest > 0 { try sink([UInt8](repeating: 0, count: Self.block - rest)) }
    }

    func end() throws { try sink([UInt8](repeating: 0, count: 2 * Self.block)) }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
