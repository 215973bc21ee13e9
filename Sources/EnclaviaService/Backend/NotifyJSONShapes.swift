import EnclaviaCore

/// The body of `POST /me/registry/push-notify`.
struct NotifyRequestJSON: Encodable {
    let image: String
    let digest: Digest
    let pushID: PushID
    let enclaveID: String?

    init(_ notification: PushNotification) {
        image = notification.reference.description
        digest = notification.digest
        pushID = notification.pushID
        enclaveID = notification.enclaveID
    }

    private enum CodingKeys: String, CodingKey {
        case image, digest
        case pushID = "push_id"
        case enclaveID = "enclave_id"
    }
}

/// The response to `POST /me/registry/push-notify`.
package struct NotifyResponseJSON: Decodable {
    package let response: NotifyResponse

    private enum CodingKeys: String, CodingKey {
        case matched, triggered, staged
        case rejectedNonUpgradable = "rejected_non_upgradable"
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        let matched = try object.decode(Int.self, forKey: .matched)
        guard matched >= 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .matched, in: object, debugDescription: "negative")
        }
        response = NotifyResponse(
            matched: matched,
            triggered: try object.decode([String].self, forKey: .triggered),
            staged: try object.decodeIfPresent([StagedUpgrade].self, forKey: .staged) ?? [],
            rejectedNonUpgradable:
                try object.decodeIfPresent([String].self, forKey: .rejectedNonUpgradable) ?? [])
    }
}
