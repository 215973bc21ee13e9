import EnclaviaCore
import SystemPackage

extension FilePath {
    /// The path with the bytes of `text`.
    package init(native text: String) {
        self.init(platformString: text.native)
    }

    /// The path of the entry `name` in this directory.
    package func appending(native name: String) -> FilePath {
        FilePath(native: native + "/" + name)
    }

    /// The path without loss; `string` has U+FFFD where it is not UTF-8.
    package var native: String { withPlatformString { String(native: $0) } }

    /// The name by which SQLite opens the file: a path, or where that is not UTF-8 a URI, since GRDB takes
    /// text alone (<https://www.sqlite.org/uri.html>, section 3.1).
    package var sqliteName: String { native.isUTF8 ? string : "file:\(percentEncoded)" }

    /// The path in a URI: all but printable ASCII, `%`, `?` and `#` encoded.
    package var percentEncoded: String {
        PercentEncoding.encode(
            native.nativeBytes,
            keeping: { byte in
                byte > 0x20 && byte < 0x7F && !"%?#".utf8.contains(byte)
            })
    }
}
