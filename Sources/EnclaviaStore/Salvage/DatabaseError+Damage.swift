import GRDB

extension DatabaseError {
    /// Whether a damaged file explains the error. A log of an unknown version cannot be opened, and a database of an
    /// unknown version cannot be written.
    var isOfDamage: Bool {
        switch resultCode {
        case .SQLITE_FULL, .SQLITE_NOMEM, .SQLITE_INTERRUPT: false
        case .SQLITE_IOERR: extendedResultCode == .SQLITE_IOERR_SHORT_READ
        default: true
        }
    }
}
