internal import Foundation

/// Where the mail server is and how to speak to it.
public struct SMTPConfiguration: Hashable, Sendable {
    /// When the connection becomes encrypted.
    public enum Encryption: String, Hashable, Sendable {
        /// From its first byte: `smtps://`.
        case immediate
        /// By STARTTLS (RFC 3207), or the mail does not go.
        case required
        /// By STARTTLS where the server offers it.
        case opportunistic
        /// Never.
        case none
    }

    /// The server's name or address.
    public var host: String
    /// The server's port.
    public var port: Int
    /// Who signs in; nil to send without.
    public var user: String?
    /// The user's password.
    public var password: String?
    /// When the connection becomes encrypted. The server's certificate is verified whenever it does.
    public var encryption: Encryption
    /// A PEM file with the authorities to trust instead of the system's.
    public var authorities: String?
    /// How long a connection may take to open.
    public var connectTimeout: Duration = .seconds(10)
    /// How long one mail may take, connection included.
    public var timeout: Duration = .seconds(30)
    /// The most connections at a time, each with a thread of its own.
    public var maximumConnections = 8

    /// Reads `smtp://user:password@host:port?starttls=required&ca=/path.pem` or `smtps://…`.
    ///
    /// - Parameter url: User and password are percent-encoded. The port is 587 when a user signs in and 25 when none
    ///   does; of `smtps` it is 465. `starttls` is `required`, `opportunistic` or `none`; without it a password asks for
    ///   `required`, except on a loopback address, and all else for `opportunistic`.
    /// - Throws: `configuration`, without the URL, since it may hold a password.
    public init(url: String) throws(MailError) {
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
            ["smtp", "smtps"].contains(scheme), let host = components.host, !host.isEmpty
        else {
            throw MailError(.configuration, "The mail server's URL is not smtp://host:port or smtps://host:port")
        }
        self.host = host
        user = components.user
        password = components.password
        port = components.port ?? (scheme == "smtps" ? 465 : user == nil ? 25 : 587)
        let loopbacks = ["localhost", "127.0.0.1", "[::1]", "::1"]
        encryption =
            scheme == "smtps" ? .immediate : user == nil || loopbacks.contains(host) ? .opportunistic : .required
        for item in components.queryItems ?? [] {
            try read(option: item.name, item.value ?? "")
        }
    }

    private mutating func read(option: String, _ value: String) throws(MailError) {
        switch (option, Encryption(rawValue: value)) {
        case ("ca", _):
            authorities = value
        case ("starttls", let wanted?) where encryption != .immediate && wanted != .immediate:
            encryption = wanted
        case ("starttls", _):
            throw MailError(
                .configuration,
                "The mail server's URL asks for starttls=\(value); it may be required, opportunistic or none, on smtp://"
            )
        default:
            throw MailError(.configuration, "The mail server's URL has the unknown option \(option)")
        }
    }

    /// The server as errors name it and libcurl finds it; without the user.
    var server: String {
        "\(encryption == .immediate ? "smtps" : "smtp")://\(host):\(port)"
    }
}
