/// What the history answers to a question.
package struct CompletionAnswers: Sendable, ExpressibleByArrayLiteral {
    /// At most ``CompletionQuestion/limit`` values, newest first.
    package var values: [CompletionAnswer]
    /// The least and the greatest value, in the order of bytes, of those that are not in ``values``. Whatever all
    /// values begin with, these do too; and whatever these and ``values`` begin with, all values do.
    package var ends: [CompletionAnswer] = []
    /// Whether there are, or may be, more.
    package var isCut = false
    /// Whether there was no time to answer, so that nothing is known of what matches.
    package var isLate = false

    package init(
        _ values: [CompletionAnswer], ends: [CompletionAnswer] = [], isCut: Bool = false
    ) {
        self.values = values
        self.ends = ends
        self.isCut = isCut
    }

    /// The answers of several questions, newest first.
    init(_ parts: [CompletionAnswers]) {
        if let late = parts.first(where: \.isLate) {
            self = late
        } else if parts.count == 1 {
            self = parts[0]
        } else {
            self.init(
                parts.flatMap(\.values).sorted { ($0.moment ?? "") > ($1.moment ?? "") },
                ends: parts.flatMap(\.ends), isCut: parts.contains { $0.isCut })
        }
    }

    package init(arrayLiteral elements: CompletionAnswer...) { self.init(elements) }

    /// No values, of many.
    static let tooMany = CompletionAnswers([], isCut: true)

    /// No values, since the time was up.
    package static let late: CompletionAnswers = {
        var late: CompletionAnswers = []
        late.isLate = true
        return late
    }()

    var isEmpty: Bool { values.isEmpty && ends.isEmpty }

    /// What the least and the greatest value begin with, and the character of each after that; `nil` if one begins with
    /// the other.
    var difference: (common: String, least: Unicode.Scalar, greatest: Unicode.Scalar)? {
        let all = (values + ends).map(\.value)
        let order = { (one: String, other: String) in
            one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        guard let least = all.min(by: order)?.unicodeScalars,
            let greatest = all.max(by: order)?.unicodeScalars
        else { return nil }
        var common = String.UnicodeScalarView()
        for (one, other) in zip(least, greatest) {
            if one != other { return (String(common), one, other) }
            common.append(one)
        }
        return nil
    }

    /// Whether all values begin with more than `prefix`, so that a shell would add that to the line.
    func haveMore(than prefix: String) -> Bool {
        let all = values + ends
        guard let first = all.first?.value.utf8.dropFirst(prefix.utf8.count).first else {
            return false
        }
        return all.allSatisfy { $0.value.utf8.dropFirst(prefix.utf8.count).first == first }
    }
}

/// A value that completion may offer, and the data for its description.
package struct CompletionAnswer: Hashable, Sendable {
    package let value: String
    /// When it was last pushed, or seen: RFC 3339, in UTC.
    package let moment: String?
    /// Its owner and repository, or an enclave's name.
    package var detail: String?
    package var digest: String?
    package var outcome: String?
    package var notifyOutcome: String?

    package init(
        value: String, moment: String?, detail: String? = nil, digest: String? = nil,
        outcome: String? = nil, notifyOutcome: String? = nil
    ) {
        self.value = value
        self.moment = moment
        self.detail = detail
        self.digest = digest
        self.outcome = outcome
        self.notifyOutcome = notifyOutcome
    }
}
