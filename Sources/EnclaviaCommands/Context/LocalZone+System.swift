import EnclaviaCore
import Glibc

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
