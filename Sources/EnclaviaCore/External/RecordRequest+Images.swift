extension RecordRequest {
    /// The images as the account's references, each once.
    ///
    /// - Throws: ``RecordError`` for a name that is not the account's or not the destination's, and for a reference
    ///   with two digests.
    func found(
        for access: RegistryAccess
    ) throws(RecordError) -> [RecordError.FoundImage] {
        var own: ImageReference?
        do throws(DestinationError) {
            own = try destination?.reference(registry: access.registry, handle: access.handle)
        } catch {
            throw .destination(error)
        }
        var seen: [ImageReference: RecordError.FoundImage] = [:]
        var found: [RecordError.FoundImage] = []
        for image in images {
            var reference = own
            if let name = image.name {
                do throws(ExternalNameError) {
                    reference = try name.reference(for: destination, access)
                } catch {
                    throw .name(name, image.place, error)
                }
            }
            guard let reference else { throw .input(ExternalFault(image.place, .noName)) }
            let new = RecordError.FoundImage(
                reference: reference, digest: image.digest, place: image.place)
            // A tag points at one digest.
            if let known = seen.updateValue(new, forKey: reference) {
                guard known.digest == new.digest else { throw .contradiction(known, new) }
            } else {
                found.append(new)
            }
        }
        return found
    }

    /// The destination as the record shows it: as typed, unless the image's own name says another one.
    func destination(of reference: ImageReference) -> String {
        if let destination, destination.tag == reference.tag { return destination.text }
        return "\(reference.path):\(reference.tag)"
    }
}
