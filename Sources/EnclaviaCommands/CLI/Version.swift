import CVersion

/// The version of this program (Semantic Versioning 2.0.0).
package let enclaviaVersion = ENCLAVIA_VERSION
