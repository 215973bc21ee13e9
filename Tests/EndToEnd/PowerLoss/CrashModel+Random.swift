import TestSupport

/// The models that have many outcomes for each operation. The files are visited in a fixed order, so that
/// the same seed gives the same disk.
extension CrashModel {
    static func journalAndMore(
        _ history: DiskHistory, _ durable: DiskHistory.Durable, _ count: Int,
        _ generator: inout SeededRandom
    ) -> DiskImage {
        let committed = durable.journal + generator.roll(count - durable.journal + 1)
        let flushed = flushed(history, durable, after: committed)
        return history.image(history.names(after: committed)) { file in
            pages(of: file, history, flushed[file] ?? 0, count, committed: committed, &generator)
        }
    }

    /// A content of which the first `certain` steps are on the disk, and of the steps up to `count` what was
    /// written back by chance, in whole pages except for a few torn ones.
    private static func pages(
        of file: Int, _ history: DiskHistory, _ certain: Int, _ count: Int, committed: Int,
        _ generator: inout SeededRandom
    ) -> [UInt8] {
        var content = history.content(of: file, after: certain)
        let later = (certain..<max(certain, count)).filter { history.steps[$0].changedFile == file }
        guard !later.isEmpty else { return content }
        let size = content.count
        let mapped = (size + page - 1) / page * page
        let whole = history.content(of: file, after: count).count
        var written: [Int: Int] = [:]
        var lost: [Int: Bool] = [:]
        for index in later {
            guard case .write(_, let offset, let bytes) = history.steps[index] else {
                // A size is part of what the journal commits, in its order.
                if index < committed { history.steps[index].apply(to: &content) }
                continue
            }
            for piece in Piece.pieces(of: bytes, at: offset) {
                let number = piece.offset / page
                let isMapped = number * page < mapped
                if written[number] == nil {
                    // A page is written to the disk in the state that it had at one moment.
                    let moments = [certain, count, certain + generator.roll(count - certain + 1)]
                    written[number] = isMapped ? generator.pick(moments) : count
                    if isMapped, generator.roll(7) == 0 {
                        let first = number * page / sector
                        for place in first..<(first + page / sector) {
                            lost[place] = generator.roll(2) == 0
                        }
                    }
                }
                if index < written[number] ?? 0, lost[piece.offset / sector] != true {
                    piece.apply(to: &content)
                }
            }
        }
        guard whole > size else { return content }
        // Pages that were appended are on the disk up to one of them. The size may grow within the last block
        // without what was written to it: that block was there before.
        let between = (size + generator.roll(whole - size + 1)) / page * page
        let end = max(size, min(whole, generator.pick([size, whole, between])))
        content.grow(to: end)
        return Array(content.prefix(end))
    }

    static func anyOrder(
        _ history: DiskHistory, _ durable: DiskHistory.Durable, _ count: Int,
        _ generator: inout SeededRandom
    ) -> DiskImage {
        let chance = generator.pick([1, 5, 9])
        var names = history.names(after: count) { $0 < durable.names[$1] ?? 0 }
        var later: [String: [Int?]] = [:]
        for (index, step) in history.steps[..<count].enumerated() {
            guard case .names(let changes, _) = step else { continue }
            for (path, file) in changes
            where index >= durable.names[DiskImage.parent(of: path)] ?? 0 {
                later[path, default: []].append(file)
            }
        }
        for (path, files) in later.sorted(by: { $0.key < $1.key }) {
            names[path] =
                generator.roll(10) < 7
                ? generator.pick([names[path]] + files) : files[files.count - 1]
        }
        return history.image(names) { file in
            sectors(
                of: file, history, durable.content[file] ?? 0, count, chance: chance, &generator)
        }
    }

    /// A content of which the first `certain` steps are on the disk, and of each later step about `chance` in
    /// ten sectors; the size is one that the file had.
    private static func sectors(
        of file: Int, _ history: DiskHistory, _ certain: Int, _ count: Int, chance: Int,
        _ generator: inout SeededRandom
    ) -> [UInt8] {
        var content = history.content(of: file, after: certain)
        var size = content.count
        var sizes = [size]
        for index in certain..<max(certain, count) where history.steps[index].changedFile == file {
            let step = history.steps[index]
            switch step {
            case .write(_, let offset, let bytes):
                size = max(size, offset + bytes.count)
                let kept = generator.pick([0, 10, chance, chance])
                for piece in Piece.pieces(of: bytes, at: offset) where generator.roll(10) < kept {
                    piece.apply(to: &content)
                }
            case .resize(_, let new):
                size = new
                if generator.roll(10) < chance { step.apply(to: &content) }
            default: break
            }
            sizes.append(size)
        }
        guard sizes.count > 1 else { return content }
        let end = generator.pick(sizes.suffix(3) + [sizes[0]])
        content.grow(to: end)
        return Array(content.prefix(end))
    }
}

/// A part of a write that lies in one sector, and so is on the disk whole or not at all.
private struct Piece {
    let offset: Int
    let bytes: ArraySlice<UInt8>

    static func pieces(of bytes: [UInt8], at offset: Int) -> [Piece] {
        var pieces: [Piece] = []
        var start = 0
        while start < bytes.count {
            let place = offset + start
            let end = min(bytes.count, start + CrashModel.sector - place % CrashModel.sector)
            pieces.append(Piece(offset: place, bytes: bytes[start..<end]))
            start = end
        }
        return pieces
    }

    func apply(to content: inout [UInt8]) {
        content.grow(to: offset + bytes.count)
        content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
}
