/// What happened to a disk, operation by operation, in the disk's terms: numbered files, and names that
/// refer to them.
struct DiskHistory: Sendable {
    enum Step: Sendable {
        /// Names that are set to a file, or removed; `replaced` is a file that was renamed over another.
        case names([(path: String, file: Int?)], replaced: Int? = nil)
        case write(file: Int, offset: Int, [UInt8])
        case resize(file: Int, to: Int)
        case sync(file: Int, began: Int)
        /// An fsync of a directory.
        case syncNames(directory: String, began: Int)
        /// It changed nothing, such as the removal of a name that was not there.
        case nothing

        /// The file whose content or size it changes.
        var changedFile: Int? {
            switch self {
            case .write(let file, _, _), .resize(let file, _): file
            default: nil
            }
        }
    }

    /// How much of the first steps is certain to be on the disk.
    struct Durable {
        /// For each file, the number of steps of which its content is certain.
        var content: [Int: Int] = [:]
        /// For each directory, the number of steps of which its names are certain.
        var names: [String: Int] = [:]
        /// The greatest number of steps that an fsync of any file or directory covered.
        var journal = 0
    }

    private(set) var steps: [Step] = []
    /// The files by their numbers, as they were at the beginning or when they were created.
    private(set) var files: [DiskImage.Entry] = []
    private let firstNames: [String: Int]

    init(from image: DiskImage, _ operations: [DiskOperation]) {
        var names: [String: Int] = [:]
        for (path, entry) in image.entries.sorted(by: { $0.key < $1.key }) {
            names[path] = files.count
            files.append(entry)
        }
        firstNames = names
        var sizes = files.map(\.content.count)
        for operation in operations { steps.append(add(operation, &names, &sizes)) }
    }

    private mutating func add(
        _ operation: DiskOperation, _ names: inout [String: Int], _ sizes: inout [Int]
    ) -> Step {
        switch operation {
        case .makeFile(let path, let mode), .makeDirectory(let path, let mode):
            guard names[path] == nil else { return .nothing }
            let isFile = if case .makeFile = operation { true } else { false }
            names[path] = files.count
            files.append(DiskImage.Entry(isDirectory: !isFile, mode: mode))
            sizes.append(0)
            return .names([(path, files.count - 1)])
        case .remove(let path):
            return names.removeValue(forKey: path) == nil ? .nothing : .names([(path, nil)])
        case .rename(let path, let new):
            guard let file = names.removeValue(forKey: path) else { return .nothing }
            let isReplacement = names.updateValue(file, forKey: new) != nil
            return .names([(new, file), (path, nil)], replaced: isReplacement ? file : nil)
        case .write(let path, let offset, let bytes):
            guard let file = names[path] else { return .nothing }
            let start = offset ?? sizes[file]
            sizes[file] = max(sizes[file], start + bytes.count)
            return .write(file: file, offset: start, bytes)
        case .resize(let path, let size):
            guard let file = names[path] else { return .nothing }
            sizes[file] = size
            return .resize(file: file, to: size)
        case .sync(let path, let began):
            guard let file = names[path] else { return .nothing }
            return files[file].isDirectory
                ? .syncNames(directory: path, began: began) : .sync(file: file, began: began)
        }
    }

    /// What the fsyncs among the first `count` steps made durable.
    func durable(after count: Int) -> Durable {
        var durable = Durable()
        for step in steps[..<count] {
            switch step {
            case .sync(let file, let began):
                durable.content[file] = began
                durable.journal = max(durable.journal, began)
            case .syncNames(let directory, let began):
                durable.names[directory] = began
                durable.journal = max(durable.journal, began)
            default: break
            }
        }
        return durable
    }

    /// The names after the first `count` steps, of those changes that survive.
    func names(
        after count: Int,
        where survives: (_ step: Int, _ directory: String) -> Bool = { _, _ in true }
    ) -> [String: Int] {
        var names = firstNames
        for (index, step) in steps[..<count].enumerated() {
            guard case .names(let changes, _) = step else { continue }
            for (path, file) in changes where survives(index, DiskImage.parent(of: path)) {
                names[path] = file
            }
        }
        return names
    }

    /// A file's content after the first `count` steps.
    func content(of file: Int, after count: Int) -> [UInt8] {
        var content = files[file].content
        for step in steps[..<count] where step.changedFile == file { step.apply(to: &content) }
        return content
    }

    /// The disk with these names; the files in a directory without a name are lost with it.
    func image(_ names: [String: Int], content: (Int) -> [UInt8]) -> DiskImage {
        var entries: [String: DiskImage.Entry] = [:]
        for (path, file) in names.sorted(by: { $0.key < $1.key }) {
            let isReachable = entries[DiskImage.parent(of: path)]?.isDirectory == true
            guard path.isEmpty || isReachable else { continue }
            var entry = files[file]
            if !entry.isDirectory { entry.content = content(file) }
            entries[path] = entry
        }
        return DiskImage(entries: entries)
    }
}

extension DiskHistory.Step {
    /// Applies a step to the content of its file.
    func apply(to content: inout [UInt8]) {
        switch self {
        case .write(_, let offset, let bytes):
            content.grow(to: offset + bytes.count)
            content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        case .resize(_, let size):
            if size < content.count { content.removeSubrange(size...) }
            content.grow(to: size)
        default: break
        }
    }
}

extension [UInt8] {
    /// Adds zeros up to a size in bytes.
    mutating func grow(to size: Int) {
        if size > count { append(contentsOf: repeatElement(0, count: size - count)) }
    }
}
