public import struct Foundation.Date

/// A mail to one customer, as text and as HTML.
public struct Mail: Hashable, Sendable {
    /// The same in every copy of this mail.
    public var id: MailID
    /// Who sends it.
    public var sender: MailAddress
    /// Who gets it.
    public var recipient: MailAddress
    /// One line; line breaks become spaces.
    public var subject: String
    /// When what it reports happened, so that a copy is the same byte for byte.
    public var date: Date
    /// For readers that show no HTML.
    public var text: String
    /// A complete HTML document.
    public var html: String

    /// Makes a mail of its parts.
    public init(
        id: MailID, sender: MailAddress, recipient: MailAddress, subject: String, date: Date, text: String, html: String
    ) {
        self.id = id
        self.sender = sender
        self.recipient = recipient
        self.subject = subject
        self.date = date
        self.text = text
        self.html = html
    }
}
