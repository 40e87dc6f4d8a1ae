/// A password that bcrypt can hash whole.
struct Password: Sendable {
    /// bcrypt reads 72 bytes and ignores the rest, so a longer password would be weaker than it looks.
    static let lengths = 8...72

    let text: String

    /// Checks the password's length in bytes of UTF-8, and that no NUL would cut it short.
    ///
    /// - Parameter field: The part of the request that it comes from.
    init(_ text: String, field: String = "password") throws(AccountsError) {
        guard Self.lengths.contains(text.utf8.count) else {
            throw AccountsError(
                .invalidPassword,
                "A password must have 8 to 72 bytes of UTF-8, since bcrypt ignores what is longer.", field: field)
        }
        guard !text.utf8.contains(0) else {
            throw AccountsError(.invalidPassword, "A password must not contain a NUL character.", field: field)
        }
        self.text = text
    }
}
