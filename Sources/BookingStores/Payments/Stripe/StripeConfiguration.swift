/// How Stripe is reached. No way of printing it shows the key.
public struct StripeConfiguration: Sendable, CustomReflectable {
    /// The API's URL without a path, such as `https://api.stripe.com`
    public let url: String
    /// The secret key. It is sent with each request, and nowhere else.
    let secretKey: String
    /// How long one request may take.
    public let timeout: Duration

    /// Describes how Stripe is reached.
    public init(url: String, secretKey: String, timeout: Duration = .seconds(5)) {
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.secretKey = secretKey
        self.timeout = timeout
    }

    /// All but the key.
    public var customMirror: Mirror { Mirror(self, children: ["url": url, "timeout": timeout]) }
}
