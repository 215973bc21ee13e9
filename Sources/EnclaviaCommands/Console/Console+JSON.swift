import EnclaviaCore

extension Console {
    /// Writes a value as one line of JSON, escaped where a person reads it.
    package func result(json value: some JSONDescribed) throws {
        try result(storedJSON: JSONText.encode(value))
    }

    /// Writes JSON text, as it is stored, as one line, escaped where a person reads it.
    package func result(storedJSON text: String) throws {
        try result(out.isTerminal ? TerminalText.escape(json: text) : text)
    }
}
