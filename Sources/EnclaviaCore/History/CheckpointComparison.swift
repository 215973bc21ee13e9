/// Compares checkpoints with a history, and with each other.
package struct CheckpointComparison {
    /// The history's chain.
    private let names: ChainNames
    /// The sequence number of the newest event; 0 where there is none.
    private let newest: Int64
    /// The chain's hash at an event, in lower-case hexadecimal digits; `nil` where it does not exist.
    private let hash: (Int64) throws -> String?

    package init(
        names: ChainNames, newest: Int64, hash: @escaping (Int64) throws -> String?
    ) {
        self.names = names
        self.newest = newest
        self.hash = hash
    }

    /// How the checkpoint differs from the history; `nil` where the history up to its event is the one that it was
    /// made of.
    ///
    /// - Throws: what `hash` throws.
    package func difference(of checkpoint: Checkpoint) throws -> CheckpointDifference? {
        if checkpoint.chain != names.present {
            guard let last = names.lastEvent(of: checkpoint.chain) else {
                return .otherChain(expected: checkpoint.chain.text, found: names.present?.text)
            }
            // What was salvaged ends before it.
            guard checkpoint.sequence <= last else {
                return .shorter(sequence: checkpoint.sequence, newest: last)
            }
        }
        guard let found = try hash(checkpoint.sequence) else {
            return .shorter(sequence: checkpoint.sequence, newest: newest)
        }
        return found == checkpoint.head
            ? nil
            : .rewritten(sequence: checkpoint.sequence, expected: checkpoint.head, found: found)
    }

    /// Compares all checkpoints, and adds the results and the differences to the report.
    ///
    /// - Parameter kept: those in the state directory; `nil` where it keeps none.
    /// - Throws: what `hash` throws.
    package func run(
        _ given: [GivenCheckpoint], kept: KeptCheckpoints?, _ report: inout VerifyReport
    ) throws {
        func add(_ difference: CheckpointDifference?, _ file: String) {
            if let difference {
                report.differences.add(.checkpoint(file: file, difference))
            }
        }
        let known = known(given, kept)
        for item in given {
            add(item.signature.difference, item.file)
            var isUnchanged = false
            switch item.content {
            case .failure(let fault): add(.malformed(fault), item.file)
            case .success(let checkpoint):
                let difference = try difference(of: checkpoint)
                isUnchanged = difference == nil
                add(difference, item.file)
                add(order(of: checkpoint, known), item.file)
            }
            let checkpoint = try? item.content.get()
            report.checkpoints.append(
                CheckpointResult(
                    given: item, isUnchanged: isUnchanged,
                    isKept: kept.map { kept in checkpoint.map { kept.contains($0.hash) } ?? false },
                    isPreviousKnown: checkpoint?.previous.map { known[$0] != nil } ?? true))
        }
        guard let kept else { return }
        for line in kept.lines
        where !given.contains(where: { $0.content == .success(line.checkpoint) }) {
            add(try difference(of: line.checkpoint), kept.name(of: line.number))
            add(order(of: line.checkpoint, known), kept.name(of: line.number))
        }
        for number in kept.damaged { add(.damagedLine, kept.name(of: number)) }
    }

    /// All checkpoints by their hashes, and the files that hold them.
    private func known(
        _ given: [GivenCheckpoint], _ kept: KeptCheckpoints?
    ) -> [String: (checkpoint: Checkpoint, file: String)] {
        var known: [String: (checkpoint: Checkpoint, file: String)] = [:]
        for line in kept?.lines ?? [] {
            known[line.checkpoint.hash] = (line.checkpoint, kept?.name(of: line.number) ?? "")
        }
        for item in given {
            if case .success(let checkpoint) = item.content {
                known[checkpoint.hash] = (checkpoint, item.file)
            }
        }
        return known
    }

    /// A checkpoint names the one that was made before it, so that one cannot be of a later event.
    private func order(
        of checkpoint: Checkpoint, _ known: [String: (checkpoint: Checkpoint, file: String)]
    ) -> CheckpointDifference? {
        guard let previous = checkpoint.previous.flatMap({ known[$0] }),
            previous.checkpoint.sequence > checkpoint.sequence
        else { return nil }
        return .order(
            sequence: checkpoint.sequence, previous: previous.checkpoint.sequence,
            file: previous.file)
    }
}

extension KeptCheckpoints {
    /// A line, for messages.
    package func name(of number: Int) -> String { "\(path):\(number)" }
}

extension SignatureResult {
    fileprivate var difference: CheckpointDifference? {
        switch self {
        case .unchecked, .valid: nil
        case .missing(let path): .signatureMissing(path: path)
        case .refused(let reason): .signatureRefused(reason: reason)
        }
    }
}
