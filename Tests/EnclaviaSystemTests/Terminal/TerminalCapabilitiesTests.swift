import EnclaviaSystem
import Foundation
import SystemPackage
import TestSupport
import Testing

/// How the program detects the capabilities of a terminal.
struct TerminalCapabilitiesTests {
    /// A terminal of the test's own, whose size is unknown if `columns` is 0.
    private func onTerminal(
        columns: UInt16, _ environment: [String: String]
    ) throws -> TerminalCapabilities {
        let noControl = FileDescriptor.OpenOptions(rawValue: O_NOCTTY)
        let main = try FileDescriptor.open("/dev/ptmx", .readWrite, options: noControl)
        defer { close(main.rawValue) }
        // ioctl_tty(2): TIOCSPTLCK unlocks the other end, and TIOCGPTN gets its number.
        var number: Int32 = 0
        try #require(ioctl(main.rawValue, 0x4004_5431, &number) == 0)
        try #require(ioctl(main.rawValue, 0x8004_5430, &number) == 0)
        let terminal = try FileDescriptor.open(
            FilePath("/dev/pts/\(number)"), .readWrite, options: noControl)
        return try terminal.closeAfter {
            var size = winsize(
                ws_row: columns > 0 ? 24 : 0, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
            try #require(ioctl(terminal.rawValue, UInt(TIOCSWINSZ), &size) == 0)
            return TerminalCapabilities(terminal, environment: environment, choice: .auto)
        }
    }

    @Test(
        .enabled(if: PseudoTerminal.isAvailable),
        arguments: [
            (0, nil, 80), (0, "0", 80), (0, "-3", 80), (0, "wide", 80), (0, "", 80),
            (0, "132", 132),
            (0, "99999999999999999999", 80), (100, "0", 100), (100, "132", 100),
        ])
    func `a terminal of unknown size is as wide as COLUMNS says, or has 80 columns`(
        _ columns: Int, _ variable: String?, _ width: Int
    ) throws {
        var environment = ["TERM": "xterm"]
        environment["COLUMNS"] = variable
        #expect(try onTerminal(columns: UInt16(columns), environment).width == width)
    }

    @Test(
        .enabled(if: PseudoTerminal.isAvailable),
        arguments: [(nil, false), ("", false), ("dumb", false), ("xterm", true), ("vt100", true)])
    func `a terminal is redrawn and coloured if TERM says that it can be`(
        _ term: String?, _ knows: Bool
    ) throws {
        var environment: [String: String] = [:]
        environment["TERM"] = term
        let capabilities = try onTerminal(columns: 80, environment)
        #expect(capabilities.isTerminal)
        #expect(capabilities.canRedraw == knows)
        #expect(capabilities.hasColor == knows)
    }

    @Test(arguments: [(nil, 80), ("", 80), ("0", 80), ("-3", 80), ("wide", 80), ("132", 132)])
    func `a table off a terminal is as wide as COLUMNS, or 80 columns if that is invalid`(
        _ value: String?, _ columns: Int
    ) throws {
        var environment: [String: String] = [:]
        environment["COLUMNS"] = value
        let file = try FileDescriptor.open("/dev/null", .writeOnly)
        let capabilities = try file.closeAfter {
            TerminalCapabilities(file, environment: environment, choice: .auto)
        }
        #expect(capabilities.columns == columns)
        #expect(capabilities.width == nil)
    }

    @Test func `a file is not a terminal, whatever the environment says`() throws {
        let file = try FileDescriptor.open("/dev/null", .writeOnly)
        let capabilities = try file.closeAfter {
            TerminalCapabilities(
                file, environment: ["TERM": "xterm", "COLUMNS": "10"], choice: .auto)
        }
        #expect(
            capabilities
                == TerminalCapabilities(isTerminal: false, hasColor: false, width: nil, columns: 10)
        )
    }
}
