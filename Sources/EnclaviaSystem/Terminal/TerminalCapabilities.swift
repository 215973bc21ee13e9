import Glibc
import SystemPackage

/// When colours are used; `auto` depends on the environment and the stream.
package enum ColorChoice: String, Hashable, Sendable, CaseIterable {
    case auto, always, never
}

/// What a stream can show.
package struct TerminalCapabilities: Hashable, Sendable {
    package let isTerminal: Bool
    package let hasColor: Bool
    /// Whether a line can be redrawn in place.
    package let canRedraw: Bool
    /// Columns; `nil` if the stream is not a terminal.
    package let width: Int?
    /// The columns that a table is fitted to: the terminal's, else `COLUMNS`, else 80.
    package let columns: Int

    /// - Parameters:
    ///   - canRedraw: `nil` for the value of `isTerminal`.
    ///   - columns: `nil` for `width`, else 80.
    package init(
        isTerminal: Bool, hasColor: Bool, width: Int?, canRedraw: Bool? = nil, columns: Int? = nil
    ) {
        self.columns = columns ?? width ?? 80
        self.isTerminal = isTerminal
        self.hasColor = hasColor
        self.canRedraw = canRedraw ?? isTerminal
        self.width = width
    }

    package init(_ stream: FileDescriptor, environment: [String: String], choice: ColorChoice) {
        isTerminal = isatty(stream.rawValue) == 1
        hasColor = Self.hasColor(isTerminal, environment, choice)
        canRedraw = isTerminal && !Self.isDumb(environment)
        let columns =
            (isTerminal ? Self.columns(of: stream) : nil) ?? Self.columns(environment) ?? 80
        self.columns = columns
        width = isTerminal ? columns : nil
    }

    /// Whether the terminal knows no escape sequences: `TERM` is `dumb`, empty or not set, as git takes it.
    private static func isDumb(_ environment: [String: String]) -> Bool {
        switch environment["TERM"] {
        case nil, "", "dumb": true
        default: false
        }
    }

    /// `COLUMNS`; `nil` if it is not a positive number.
    private static func columns(_ environment: [String: String]) -> Int? {
        environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// `--color`, else `NO_COLOR` (no-color.org), else `CLICOLOR_FORCE` (bixense.com/clicolors), else
    /// whether the stream is a terminal that knows escape sequences.
    package static func hasColor(
        _ isTerminal: Bool, _ environment: [String: String], _ choice: ColorChoice
    ) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto:
            if let value = environment["NO_COLOR"], !value.isEmpty { return false }
            if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" {
                return true
            }
            return isTerminal && !isDumb(environment)
        }
    }

    private static func columns(of stream: FileDescriptor) -> Int? {
        var size = winsize()
        guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}

/// The styles of text on a terminal (ECMA-48, "SGR").
package enum Style: String, Sendable {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
    case dim = "2"
    case bold = "1"
}

extension TerminalCapabilities {
    /// `text` in that style, if the stream has colours.
    package func styled(_ text: String, _ style: Style?) -> String {
        guard hasColor, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}
