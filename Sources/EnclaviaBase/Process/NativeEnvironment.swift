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
}
