/// The schema of the history's database, as far as every program knows it.
package enum StoreSchema {
    /// The newest version, in `PRAGMA user_version`; that of the last migration.
    package static let version = 3
}
