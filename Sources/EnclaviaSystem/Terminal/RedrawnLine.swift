import EnclaviaCore

/// A line of a terminal that is redrawn in place.
///
/// Its owner must write nothing else to the terminal between ``show(_:at:)`` and ``erase()``.
package struct RedrawnLine: Sendable {
    /// To the first column, and the rest of the line erased (ECMA-48: CR, EL).
    private static let erasure = "\r\u{1B}[K"

    private let interval: Int64
    private let write: @Sendable (_ text: String) -> Void
    /// When it was drawn last; `nil` while it is empty.
    private var drawn: Timestamp?

    /// - Parameters:
    ///   - milliseconds: how long a text stays before another is drawn.
    ///   - write: writes text to the terminal as it is.
    package init(
        every milliseconds: Int64 = 0, write: @escaping @Sendable (_ text: String) -> Void
    ) {
        interval = milliseconds
        self.write = write
    }

    /// Draws `text`, unless the last text was drawn less than the interval ago.
    package mutating func show(_ text: @autoclosure () -> String, at moment: Timestamp) {
        if let drawn {
            // If the clock was set back, draw anyway.
            let age = moment.milliseconds - drawn.milliseconds
            guard age < 0 || age >= interval else { return }
        }
        drawn = moment
        write(Self.erasure + text())
    }

    /// Leaves the line empty, so that a whole line can be written there.
    package mutating func erase() {
        guard drawn != nil else { return }
        drawn = nil
        write(Self.erasure)
    }
}
