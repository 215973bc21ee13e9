import EnclaviaCore

extension ErrorMessages {
    /// - Parameter file: as typed; `nil` for standard input.
    static func explain(_ error: ImportError, of file: String?) -> UserError {
        let source = file.map { $0.printable } ?? "standard input"
        switch error {
        case .malformed(let line, let field, let detail):
            let place = field.map { "\($0.printable): " } ?? ""
            return UserError(
                .data,
                "line \(line) of \(source) is not a valid record: \(place)\(detail.printable)",
                hint: "nothing was imported")
        case .otherFormat(let format):
            return UserError(
                .data, "\(source) is not JSON Lines: it is \(name(of: format))",
                hint: remedy(for: format, file))
        case .changed(let line):
            return UserError(
                .data, "\(source) changed while it was being read: line \(line) is different",
                hint: "run the command again when no other process writes to the file")
        case .cancelled:
            return UserError(.cancelled, "cancelled")
        case .unreadable(_, let reason):
            return UserError(.fileUnreadable, "\(source) cannot be read: \(reason.printable)")
        case .missing:
            return UserError(.fileNotFound, "there is no file \(source)")
        case .store(let error):
            return explain(error)
        }
    }

    static func name(of format: FileFormat) -> String {
        switch format {
        case .gzip: "compressed with gzip"
        case .zstd: "compressed with zstd"
        case .xz: "compressed with xz"
        case .bzip2: "compressed with bzip2"
        case .zip: "a zip archive"
        case .sqlite: "an SQLite database"
        case .utf16: "UTF-16 text"
        case .array: "a JSON array"
        case .prettyPrinted: "JSON that spans several lines"
        }
    }

    /// The command line that decompresses a file for `command`; `nil` if the file is not compressed.
    static func decompression(of format: FileFormat, _ file: String?, for command: String)
        -> String?
    {
        let file = file.map { $0.printable } ?? "FILE"
        let program: String? =
            switch format {
            case .gzip: "gzip -dc"
            case .zstd: "zstd -dc"
            case .xz: "xz -dc"
            case .bzip2: "bzip2 -dc"
            case .zip: "unzip -p"
            case .sqlite, .utf16, .array, .prettyPrinted: nil
            }
        return program.map { "\($0) '\(file)' | \(command)" }
    }

    private static func remedy(for format: FileFormat, _ file: String?) -> String {
        let command = "enclavia history import"
        if let line = decompression(of: format, file, for: command) { return line }
        let file = file.map { $0.printable } ?? "FILE"
        return switch format {
        case .gzip, .zstd, .xz, .bzip2, .zip: command
        case .sqlite:
            "import reads the output of `enclavia history export`: run that with ENCLAVIA_STATE_DIR set to the"
                + " directory of the database"
        case .utf16: "iconv -f UTF-16 -t UTF-8 '\(file)' | enclavia history import"
        case .array:
            "import needs one record per line, as `enclavia history export` writes it: jq -c '.[]' '\(file)' |"
                + " enclavia history import"
        case .prettyPrinted:
            "import needs one record per line, as `enclavia history export` writes it: jq -c . '\(file)' |"
                + " enclavia history import"
        }
    }
}
