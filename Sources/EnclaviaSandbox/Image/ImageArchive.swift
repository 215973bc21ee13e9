import Crypto
import EnclaviaCore
import EnclaviaSystem
import Foundation
import SystemPackage

/// The archive that `docker load` reads (Docker Image Specification v1.2): layers, the
/// configuration with their digests, and a manifest that names both.
struct ImageArchive {
    let recipe: ImageRecipe

    /// Streams the archive to `file`, so that memory does not limit its size.
    func write(to file: String) throws {
        let descriptor = try FileDescriptor.makeNew(FilePath(file))
        try descriptor.closeAfter {
            let archive = TarWriter { _ = try descriptor.writeAll($0) }
            var digests: [String] = []
            for layer in 0..<recipe.layers {
                digests.append(try writeLayer(layer, to: archive))
            }
            try archive.file("config.json", Array(try JSONText.encode(configuration(digests)).utf8))
            try archive.file("manifest.json", Array(try JSONText.encode(manifest).utf8))
            try archive.end()
        }
    }

    private var manifest: JSONValue {
        .array([
            .object([
                "Config": .string("config.json"),
                "RepoTags": .array([.string(recipe.reference)]),
                "Layers": .array((0..<recipe.layers).map { .string(layerName($0)) }),
            ])
        ])
    }

    private func configuration(_ digests: [String]) -> JSONValue {
        .object([
            "architecture": .string(Self.architecture), "os": .string("linux"),
            "created": .string("2020-01-01T00:00:00Z"),
            "config": .object([
                "Labels": .object(recipe.labels.mapValues(JSONValue.string)),
                "Cmd": .array([.string("/hello")]),
            ]),
            "rootfs": .object([
                "type": .string("layers"), "diff_ids": .array(digests.map(JSONValue.string)),
            ]),
            "history": .array(
                digests.indices.map { layer in
                    .object([
                        "created": .string("2020-01-01T00:00:00Z"),
                        "created_by": .string("enclavia-sandbox image, layer \(layer)"),
                    ])
                }),
        ])
    }

    private func layerName(_ layer: Int) -> String { "layer\(layer).tar" }

    /// Writes one layer; returns the digest of its tar.
    private func writeLayer(_ layer: Int, to archive: TarWriter) throws -> String {
        let text = Array("hello from the sandbox, seed \(recipe.seed), layer \(layer)\n".utf8)
        let share = recipe.size / recipe.layers
        let random = layer == 0 ? share + recipe.size % recipe.layers : share
        let length = TarWriter.length(ofFiles: [text.count] + (random > 0 ? [random] : []))
        try archive.header(layerName(layer), size: length)
        var hash = SHA256()
        let inner = TarWriter { bytes in
            hash.update(data: bytes)
            try archive.bytes(bytes)
        }
        try inner.file("hello\(layer)", text)
        if random > 0 {
            try inner.header("random\(layer)", size: random)
            var source = SeededBytes(seed: recipe.seed &+ UInt64(layer) << 32)
            var left = random
            while left > 0 {
                let block = source.next(min(left, 1 << 16))
                try inner.bytes(block)
                left -= block.count
            }
            try inner.padding(random)
        }
        try inner.end()
        try archive.padding(length)
        return "sha256:" + hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }
}

/// Bytes that look random and are the same for the same seed (SplitMix64, Steele et al. 2014):
/// content that does not compress and can be made again.
private struct SeededBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            word ^= word >> 31
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
