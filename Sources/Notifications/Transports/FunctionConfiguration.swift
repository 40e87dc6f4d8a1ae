internal import Foundation

/// Which function to call for each mail.
public struct FunctionConfiguration: Hashable, Sendable {
    /// The URL with a user and a password, where it has them.
    let url: String
    /// How long a connection may take to open.
    public var connectTimeout: Duration = .seconds(10)
    /// How long one call may take, connection included.
    public var timeout: Duration = .seconds(30)
    /// The most calls at a time, each with a thread of its own.
    public var maximumConnections = 8
    /// Whether the function may be at a private, link-local or loopback address.
    public var allowsPrivateAddresses = false

    /// Reads `http://host:port/function/name` or `https://…`; with `user:password@` it signs in (HTTP Basic).
    ///
    /// - Throws: `configuration`, without the URL, since it may hold a password.
    public init(url: String) throws(MailError) {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty,
            ["http", "https"].contains(components.scheme?.lowercased())
        else {
            throw MailError(.configuration, "The function's URL is not http://host or https://host")
        }
        self.url = url
    }

    /// The function as errors name it: without the user, and without what may be a key.
    var function: String {
        var components = URLComponents(string: url) ?? URLComponents()
        components.user = nil
        components.password = nil
        components.query = nil
        components.fragment = nil
        return components.string ?? "?"
    }
}
