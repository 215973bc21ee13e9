import EnclaviaCore
import Subprocess

extension Arguments {
    /// The words' own bytes.
    init(native words: [String]) {
        self.init(words.map { $0.nativeBytes + [0] })
    }
}

extension Environment {
    /// The variables' own bytes.
    static func native(_ variables: [String: String]) -> Environment {
        .custom(variables.map { "\($0)=\($1)".nativeBytes + [0] })
    }
}
