/// References with digests, one on each line, as tools print them that push images: `[name[:tag]@]sha256:…`, or
/// `name[:tag] sha256:…`.
///
/// Sources: podman-push(1) and skopeo-copy(1), `--digestfile`, a digest alone; crane's output and its `--image-refs`
/// (go-containerregistry, cmd/crane/cmd/push.go); ko's output and its `--image-refs` (ko, pkg/publish/recorder.go);
/// kaniko's `--image-name-with-digest-file` and `--image-name-tag-with-digest-file`.
package enum ImageReferenceLines {
    /// The images of all lines that are not blank.
    ///
    /// - Throws: ``ExternalFault`` with the first line that is neither blank nor a reference.
    package static func read(_ bytes: [UInt8]) throws(ExternalFault) -> [ExternalImage] {
        let text = try ExternalInput.text(bytes)
        var images: [ExternalImage] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let words = line.split(whereSeparator: ExternalInput.isSpace)
            if !words.isEmpty { images.append(try image(words, number)) }
        }
        return images
    }

    private static func image(
        _ words: [ArraySlice<UInt8>], _ number: Int
    ) throws(ExternalFault) -> ExternalImage {
        let place = ExternalPlace.line(number)
        let texts = words.map { String(validating: $0, as: UTF8.self) }
        guard texts.allSatisfy({ $0 != nil }) else { throw ExternalFault(place, .notUTF8) }
        let line = texts.compactMap { $0 }
        if isJSON(line[0]) { throw ExternalFault(place, .jsonLine) }
        switch line.count {
        case 1:
            guard let at = line[0].lastIndex(of: "@") else {
                return ExternalImage(place: place, name: nil, digest: try digest(line[0], place))
            }
            let digest = try digest(String(line[0][at...].dropFirst()), place)
            return ExternalImage(
                place: place, name: try name(String(line[0][..<at]), place), digest: digest)
        case 2:
            let digest = try digest(line[1], place)
            return ExternalImage(place: place, name: try name(line[0], place), digest: digest)
        default:
            throw ExternalFault(place, .badLine(line.joined(separator: " ")))
        }
    }

    /// Whether a line that begins so is JSON, and not the address of a registry, such as `[::1]:5000`.
    private static func isJSON(_ word: String) -> Bool {
        word.hasPrefix("{") || word.hasPrefix("[") && !word.contains("]:") && !word.contains("]/")
    }

    private static func digest(
        _ text: String, _ place: ExternalPlace
    ) throws(ExternalFault) -> Digest {
        guard let digest = Digest(text) else { throw ExternalFault(place, .badDigest(text)) }
        return digest
    }

    private static func name(
        _ text: String, _ place: ExternalPlace
    ) throws(ExternalFault) -> ExternalName {
        guard let name = ExternalName(text) else { throw ExternalFault(place, .badName(text)) }
        return name
    }
}
