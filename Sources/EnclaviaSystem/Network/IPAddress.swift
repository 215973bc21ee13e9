import Glibc

/// An IPv4 or IPv6 address in its strict spelling: no `127.1`, no octal numbers, no zone.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes, in network order.
    package let bytes: [UInt8]

    package init?(_ text: some StringProtocol) {
        let text = String(text)
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 {
                self.bytes = bytes
                return
            }
        }
        return nil
    }

    /// Whether it is an IPv6 address.
    package var isVersion6: Bool { bytes.count == 16 }

    /// Whether it is of 127.0.0.0/8, or ::1 (RFC 6890).
    package var isLoopback: Bool {
        isVersion6
            ? bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
            : bytes.first == 127
    }

    /// Whether the address agrees with `network` in its first `prefix` bits.
    package func isIn(_ network: IPAddress, prefix: Int) -> Bool {
        guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(prefix) else {
            return false
        }
        for index in 0..<bytes.count {
            let bits = min(8, max(0, prefix - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            guard bytes[index] & mask == network.bytes[index] & mask else { return false }
        }
        return true
    }
}
