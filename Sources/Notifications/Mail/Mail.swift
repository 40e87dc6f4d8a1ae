public import struct Foundation.Date

/// A mail to one customer, as text and as HTML.
public struct Mail: Hashable, Sendable {
    /// The same in every copy of this mail.
    public var id: MailID
    /// The type of the event that it reports, `usher.booking.confirmed`.
    public var event: String
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
    /// The tickets that the texts list, for transports that show them in another way.
    public var tickets: [Ticket] = []
    /// Files that go with it.
    public var attachments: [Attachment] = []

    /// The right to one place.
    public struct Ticket: Hashable, Encodable, Sendable {
        /// `STALLS, row 3, seat 17`
        public var place: String
        /// What a door checks.
        public var token: String
    }

    /// A file that goes with a mail.
    public struct Attachment: Hashable, Sendable {
        /// The file's name, in ASCII without quotes.
        public var name: String
        /// The media type with its parameters.
        public var type: String
        /// The file's bytes.
        public var content: [UInt8]
    }

    /// Makes a mail of its parts, without tickets and attachments.
    public init(
        id: MailID, event: String, sender: MailAddress, recipient: MailAddress, subject: String, date: Date,
        text: String, html: String
    ) {
        self.id = id
        self.event = event
        self.sender = sender
        self.recipient = recipient
        self.subject = subject
        self.date = date
        self.text = text
        self.html = html
    }
}
