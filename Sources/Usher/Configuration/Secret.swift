/// A text that no log, error or dump may show.
struct Secret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let text: String

    var description: String { "<secret>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// A server's URL, printed without its password.
struct ServerURL: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The whole URL, for the driver only.
    let text: String

    var description: String { Self.redacted(text) }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Hides the password before the host and the one among the parameters.
    ///
    /// A malformed URL passes through here too, so it hides up to the last `@`: rather too much than too little.
    static func redacted(_ url: String) -> String {
        let withoutParameter = url.replacing(#/(?i)(password=)[^&]*/#) { "\($0.output.1)***" }
        return withoutParameter.replacing(#/^([^:]*://[^:@/]*):.*@/#) { "\($0.output.1):***@" }
    }
}
