import EnclaviaCore

/// A line of a terminal that is drawn again in its place.
///
/// Its owner sees to it that nothing else is written to the terminal between ``show(_:at:)`` and ``erase()``.
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

    /// Draws `text`, unless another was drawn only just now.
    package mutating func show(_ text: @autoclosure () -> String, at moment: Timestamp) {
        if let drawn {
            // A clock that was set back must not keep the line as it is.
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
