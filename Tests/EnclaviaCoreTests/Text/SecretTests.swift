import EnclaviaCore
import Testing

struct SecretTests {
    @Test func `no description, dump or interpolation shows a secret`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        let access = RegistryAccess(registry: "r", handle: "h", password: secret)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(access)"] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2")
    }
}
