import EnclaviaCore

extension ErrorMessages {
    static func explain(_ violation: TagPolicyViolation) -> UserError {
        switch violation {
        case .tagExists(let reference, let digest):
            UserError(
                .tagExists,
                "\(reference) exists and points at another image, \(digest): the tag policy \"refuse\""
                    + " forbids the push",
                hint: "push to a new tag, or allow it with --tag-policy move")
        case .tagNewer(let reference, let digest, let held, let new):
            UserError(
                .tagNewer,
                "\(reference) points at \(digest), built from commit \(held), which is not an ancestor"
                    + " of \(new): the tag policy \"forward\" forbids the push",
                hint: "push an image of a newer commit, or allow it with --tag-policy move")
        case .orderUnknown(let reference, let digest, let reason):
            UserError(
                .orderUnknown,
                "\(reference) points at \(digest), and whether this image is newer is unknown:"
                    + " \(sentence(reason)): the tag policy \"forward\" forbids the push",
                hint: hint(reason))
        }
    }

    private static func sentence(_ reason: UnknownOrder) -> String {
        switch reason {
        case .badLabel(let label, let side):
            "the label org.opencontainers.image.revision of the"
                + " \(side == .local ? "local image" : "image in the registry"),"
                + " \(label.quoted), is not a full commit id"
        case .labelIsNotHead(let label, let head):
            "the image's label names commit \(label.printable), and commit \(head.printable) is checked out"
        case .noCommit:
            "the local image has no label org.opencontainers.image.revision, and no commit is checked"
                + " out in the working directory"
        case .noHeldCommit:
            "the image in the registry has no label org.opencontainers.image.revision, and the history"
                + " has no commit for it"
        case .historyUnreadable(let error):
            "the image in the registry has no label org.opencontainers.image.revision, and the history"
                + " cannot be read: \(explain(error).message)"
        case .graph(.noCheckout):
            "there is no checkout in the working directory"
        case .graph(.noGit):
            "git, which is needed to compare commits, is not on PATH"
        case .graph(.unusableGit(let path, let fault)):
            "git cannot be run: \(sentence(path, fault).message)"
        case .graph(.ownedByOther):
            "git refuses to read the checkout in the working directory, which belongs to another user"
        case .graph(.missing(let commit)):
            "the checkout does not have commit \(commit)"
        case .graph(.shallow):
            "the checkout is shallow, and the commits in between are missing"
        case .graph(.timedOut(let seconds)):
            "git did not finish within \(seconds) s"
        case .graph(.failed(let output)):
            "git failed: \(MessageText.lastLine(output))"
        }
    }

    private static func hint(_ reason: UnknownOrder) -> String {
        switch reason {
        case .badLabel, .noCommit, .noHeldCommit, .historyUnreadable:
            "build images with --label org.opencontainers.image.revision=$(git rev-parse HEAD)"
        case .labelIsNotHead:
            "check out the commit that the image was built from, or rebuild the image"
        case .graph(.noCheckout):
            "run the push in the checkout that the image was built from"
        case .graph(.noGit):
            "install git (on Debian: apt-get install git)"
        case .graph(.unusableGit(let path, let fault)):
            sentence(path, fault).step
        case .graph(.ownedByOther):
            "run `git config --global --add safe.directory` with that directory"
        case .graph(.timedOut), .graph(.failed):
            "run `git merge-base --is-ancestor` on the two commits to see why"
        case .graph(.missing), .graph(.shallow):
            "fetch the whole history: `fetch-depth: 0` for actions/checkout, GIT_DEPTH=0 for GitLab,"
                + " `git fetch --unshallow` elsewhere"
        }
    }

    /// What is wrong with ENCLAVIA_TAG_POLICY.
    static func sentence(_ error: TagPolicyRulesError) -> String {
        switch error {
        case .emptyRule:
            "a rule is empty"
        case .noPolicy(let rule):
            "the rule \(rule.quoted) has no \"=\""
        case .unknownPolicy(let word, let rule):
            "the rule \(rule.quoted) has the unknown policy \(word.quoted)"
        case .badGlob(let glob, let rule):
            "the rule \(rule.quoted) has the invalid glob \(glob.quoted)"
        }
    }

    /// The grammar of ENCLAVIA_TAG_POLICY.
    static let policyGrammar =
        "rules are <glob>=<policy>, separated by commas, such as *:prod=forward,*:v*=refuse,*=move; a glob"
        + " is matched against repo:tag and owner/repo:tag; policies are "
        + TagPolicy.allCases.map(\.rawValue).joined(separator: ", ")
}
