import EnclaviaCore
import EnclaviaSystem
import Glibc

extension NativeEnvironment {
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
