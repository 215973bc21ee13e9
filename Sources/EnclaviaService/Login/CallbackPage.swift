/// The page that the browser shows at the end. It loads nothing, and repeats nothing that it was sent.
enum CallbackPage: Hashable, Sendable {
    case loggedIn, denied, failed, notFound

    init(_ response: CallbackResponse?) {
        self =
            switch response {
            case .code: .loggedIn
            case .error(code: "access_denied", _): .denied
            case .error: .failed
            case nil: .notFound
            }
    }

    var status: Int {
        switch self {
        case .loggedIn: 200
        case .denied, .failed: 400
        case .notFound: 404
        }
    }

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Enclavia: \(title)</title>
        <style>
        body { font: 18px/1.5 system-ui, sans-serif; max-width: 32em; margin: 15vh auto; padding: 0 1em }
        @media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
        </style>
        </head>
        <body><h1>\(title)</h1><p>\(text)</p></body>
        </html>

        """
    }

    private var title: String {
        switch self {
        case .loggedIn: "Almost there"
        case .denied: "Access denied"
        case .failed: "Login failed"
        case .notFound: "Not found"
        }
    }

    private var text: String {
        switch self {
        case .loggedIn:
            "Return to the terminal to see whether you are logged in. You can close this page."
        case .denied: "You are not logged in. You can close this page."
        case .failed: "You are not logged in. The terminal shows what to do next."
        case .notFound:
            "This is not the response to the login in progress. Open the address that the terminal "
                + "shows."
        }
    }
}
