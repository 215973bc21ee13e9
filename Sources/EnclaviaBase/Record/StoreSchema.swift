/// The schema of the history's database, as far as every program knows it.
package enum StoreSchema {
    /// The newest version, in `PRAGMA user_version`; that of the last migration.
    package static let version = 5
    /// `PRAGMA application_id`, which tells this program's stores from other SQLite files: "encl".
    package static let applicationID: Int32 = 0x656E_636C
    /// The versions in which the table `push` has the places of pushes.
    package static let versionsWithPlaces = 3...version
}
