import EnclaviaCore
import EnclaviaSystem
import Glibc

/// What the process was started with, byte for byte (``NativeText``).
package enum NativeEnvironment {
    /// The words of a vector that ends with a null pointer, such as the arguments of `main`.
    package static func words(
        _ vector: UnsafePointer<UnsafeMutablePointer<CChar>?>
    ) -> [String] {
        var words: [String] = []
        var next = vector
        while let word = next.pointee {
            words.append(String(native: word))
            next += 1
        }
        return words
    }

    /// The environment. If a variable is set twice, the first value counts, as in getenv(3).
    static func variables() -> [String: String] {
        var variables: [String: String] = [:]
        for word in words(environ) {
            guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")),
                equals != word.startIndex
            else { continue }
            let name = String(word[..<equals])
            if variables[name] == nil {
                variables[name] = String(word[word.utf8.index(after: equals)...])
            }
        }
        return variables
    }

    /// The working directory; empty where it was deleted or is not known.
    static func workingDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(native: path)
    }
}

extension LocalZone {
    /// The zone of this process: `TZ`, else `/etc/localtime` (tzset(3)).
    package static let system: LocalZone = {
        tzset()
        return LocalZone { moment in
            var seconds = time_t(
                (Double(moment.milliseconds) / 1000).rounded(.down))
            var parts = tm()
            guard localtime_r(&seconds, &parts) != nil else { return 0 }
            return Int64(parts.tm_gmtoff)
        }
    }()
}
