import EnclaviaBase

/// What a tool wrote about the images that it built and pushed.
///
/// Sources: `--metadata-file` of docker buildx build, bake and imagetools create (buildx, docs/reference, and
/// commands/bake.go; BuildKit, exporter/containerimage/exptypes): one target's keys, or an object of them for each
/// target; jib's `jib-image.json` (jib-plugins-common, ImageMetadataOutput.java).
package enum BuildMetadata {
    /// The images, those of a target together and the targets in the order of their names.
    ///
    /// - Throws: ``ExternalFault`` with the first key that is missing or not valid.
    package static func read(_ bytes: [UInt8]) throws(ExternalFault) -> [ExternalImage] {
        let text = Array(try ExternalInput.text(bytes))
        guard !text.contains(0), String(validating: text, as: UTF8.self) != nil else {
            throw ExternalFault(.whole, .notUTF8)
        }
        let targets = try decode(text)
        // Of two values of a key, another reader may use the other one.
        if let key = RepeatedKey.first(in: text) {
            throw ExternalFault(.key([key]), .repeatedKey)
        }
        var images: [ExternalImage] = []
        for target in targets { images += try target.images(isAlone: targets.count == 1) }
        guard !images.isEmpty else { throw ExternalFault(.whole, .noImage) }
        return images
    }

    private static func decode(_ text: [UInt8]) throws(ExternalFault) -> [BuiltTarget] {
        do {
            return try JSONText.decode(BuiltTargets.self, fromBytes: text).all
        } catch let fault as ExternalFault {
            throw fault
        } catch DecodingError.typeMismatch(let type, let context),
            DecodingError.valueNotFound(let type, let context)
        {
            // The place in an array has no name.
            let path = context.codingPath.filter { $0.intValue == nil }.map(\.stringValue)
            guard !path.isEmpty else { throw ExternalFault(.whole, .notAnObject) }
            throw ExternalFault(.key(path), .notOfType(name(of: type)))
        } catch {
            throw ExternalFault(.whole, isFollowed(text) ? .severalDocuments : .notJSON)
        }
    }

    /// Whether the text begins with a whole JSON object or array, and more follows.
    private static func isFollowed(_ text: [UInt8]) -> Bool {
        var (depth, isInString, index) = (0, false, 0)
        while index < text.count {
            let byte = text[index]
            index += 1
            if isInString {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: continue
            }
            guard depth == 0, !isInString else { continue }
            let first = try? JSONText.decode(JSONValue.self, fromBytes: Array(text[..<index]))
            return first != nil && text[index...].contains { !ExternalInput.isSpace($0) }
        }
        return false
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is [String].Type, is [Any].Type: "an array"
        default: "an object"
        }
    }
}

/// The targets of a metadata file.
private struct BuiltTargets: Decodable {
    let all: [BuiltTarget]

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: MetadataKey.self)
        let names = Set(object.allKeys.map(\.stringValue))
        if !names.isDisjoint(with: BuiltTarget.ownKeys) {
            let targets = names.filter { name in
                if name.hasPrefix("buildx.") { return false }
                let nested = try? object.nestedContainer(
                    keyedBy: MetadataKey.self, forKey: MetadataKey(name))
                return nested.map { BuiltTarget.isTarget($0) } ?? false
            }
            if let target = targets.min() { throw ExternalFault(.key([target]), .ownAndTargets) }
            all = [try BuiltTarget(object, path: [])]
            return
        }
        // A build that exports no image has only keys of buildx's own.
        let targets = names.filter { !$0.hasPrefix("buildx.") }.sorted()
        if targets.isEmpty, !names.isEmpty {
            throw ExternalFault(.key([BuiltTarget.digestKey]), .missing)
        }
        all = try targets.map { name in
            let nested = try object.nestedContainer(
                keyedBy: MetadataKey.self, forKey: MetadataKey(name))
            return try BuiltTarget(nested, path: [name])
        }
    }
}
