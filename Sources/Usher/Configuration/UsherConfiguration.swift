import Addresses
import Foundation
import HTTPAPI
import Logging

/// All that Usher can be told from outside, checked.
///
/// Its description may be logged: secrets are hidden, and URLs print without their password.
struct UsherConfiguration: Sendable {
    struct TLS: Sendable {
        let certificate: String
        let key: String
    }

    struct Metrics: Sendable {
        /// Whether `/metrics` is there: with a token, or for this machine alone.
        let isServed: Bool
        let token: Secret?
    }

    struct HTTP: Sendable {
        let host: String
        let port: Int
        let maxConnections: Int
        let idleTimeout: Duration
        let maxBodyBytes: Int
        let bodyTimeout: Duration
        /// Nil when the API is served without encryption.
        let tls: TLS?
        let streamLimits: StreamLimits
        let maxHeaderBytes: Int
        let maxHeaders: Int
        let headTimeout: Duration
        let writeTimeout: Duration
        let maxInFlight: Int
        let maxInFlightPerEvent: Int
        let corsOrigins: Set<String>
        let trustedProxies: [AddressRange]
        /// Nil when nobody is limited.
        let limits: RateLimits?
    }

    struct Database: Sendable {
        let url: ServerURL
        let connections: Int
    }

    struct JWT: Sendable {
        let secret: Secret
        /// Whether the secret was made just now: tokens end with this process, and no other process can make any.
        let isGenerated: Bool
        /// Signed the tokens that are still valid though `secret` is another; nil when there are none.
        let previousSecret: Secret?
        let ttl: Duration
        let refreshTTL: Duration

        fileprivate init(secret: Secret, isGenerated: Bool, _ values: ConfigurationValues) {
            self.secret = secret
            self.isGenerated = isGenerated
            previousSecret = values[.jwtPreviousSecret].map(Secret.init)
            ttl = values.seconds(.jwtTTL)
            refreshTTL = values.seconds(.jwtRefreshTTL)
        }
    }

    struct Mail: Sendable {
        /// Nil when e-mails go to the function, or are written to `directory`.
        let smtpURL: ServerURL?
        /// Nil when e-mails go through the mail server, or are written to `directory`.
        let functionURL: ServerURL?
        /// Whether the function may be at an address that the internet does not lead to.
        let allowsPrivateURLs: Bool
        let from: String
        let directory: String
    }

    struct Payment: Sendable {
        enum Gateway: Sendable {
            enum Name: String, CaseIterable {
                case simulated, stripe
            }

            case simulated
            /// Without a webhook secret no webhook is taken.
            case stripe(url: ServerURL, key: Secret, webhookSecret: Secret?)
        }

        let gateway: Gateway
        let timeout: Duration
        let tries: Int
    }

    enum HoldsBacking: String, CaseIterable {
        case redis, memory
    }

    let http: HTTP
    let database: Database
    let redisURL: ServerURL
    let kafkaBrokers: String
    let jwt: JWT
    /// What tickets' keys are derived from.
    let ticketSecret: Secret
    /// Whether the next start has another one.
    var isTicketSecretGenerated: Bool { jwt.isGenerated && ticketSecret == jwt.secret }
    let mail: Mail
    let notificationsEnabled: Bool
    let workers: Int
    let queueCapacity: Int
    let payment: Payment
    let holdsBacking: HoldsBacking
    /// How long Redis keeps a hold beyond its deadline.
    let holdsGrace: Duration
    /// How long an inventory stays in memory that nobody uses.
    let inventoriesIdleTime: Duration
    let historyRetention: Duration
    let remindersLeadTime: Duration
    let bcryptCost: Int
    let logLevel: Logger.Level
    let logFormat: LogFormat
    let metrics: Metrics
    let shutdownGrace: Duration
    let nodeName: String
}

extension UsherConfiguration {
    /// Every setting, in the order of the README's table.
    static let keys = ConfigurationKey.allCases

    /// Reads the configuration: environment variables first, then the YAML file, then the defaults.
    ///
    /// - Parameters:
    ///   - environment: The process's environment; each variable that begins with `USHER_` must be a known one.
    ///   - file: The path of a YAML file that must exist. When nil, `USHER_CONFIG` names it, and without that
    ///     `usher.yaml` in the working folder is read if it is there.
    /// - Throws: The first fault, one sentence with the key, its value unless it is secret, and what is wanted.
    static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment, file: String? = nil
    ) throws(ConfigurationError) -> UsherConfiguration {
        let values = try ConfigurationValues(
            environment: environment, file: file ?? environment["USHER_CONFIG"].nonEmpty ?? defaultFile)
        return try UsherConfiguration(values)
    }

    private static var defaultFile: String? {
        FileManager.default.fileExists(atPath: "usher.yaml") ? "usher.yaml" : nil
    }

    private init(_ values: ConfigurationValues) throws(ConfigurationError) {
        http = HTTP(
            host: values.text(.httpHost), port: values.integer(.httpPort),
            maxConnections: values.integer(.httpMaxConnections), idleTimeout: values.seconds(.httpIdleTimeout),
            maxBodyBytes: values.integer(.httpMaxBodyBytes), bodyTimeout: values.seconds(.httpBodyTimeout),
            tls: try TLS(values),
            streamLimits: StreamLimits(values),
            maxHeaderBytes: values.integer(.httpMaxHeaderBytes), maxHeaders: values.integer(.httpMaxHeaders),
            headTimeout: values.seconds(.httpHeadTimeout), writeTimeout: values.seconds(.httpWriteTimeout),
            maxInFlight: values.integer(.httpMaxInFlight),
            maxInFlightPerEvent: values.integer(.httpMaxInFlightPerEvent),
            corsOrigins: Set(values[.httpCORSOrigins]?.listed ?? []),
            trustedProxies: values[.httpTrustedProxies]?.listed.compactMap(AddressRange.init) ?? [],
            limits: values.flag(.limitsEnabled) ? RateLimits(values) : nil)
        database = Database(
            url: ServerURL(text: values.text(.databaseURL)), connections: values.integer(.databaseConnections))
        redisURL = ServerURL(text: values.text(.redisURL))
        kafkaBrokers = values.text(.kafkaBrokers)
        if let secret = values[.jwtSecret] {
            jwt = JWT(secret: Secret(text: secret), isGenerated: false, values)
        } else {
            jwt = JWT(secret: try .generated(forHost: http.host), isGenerated: true, values)
        }
        ticketSecret = values[.ticketsSecret].map(Secret.init) ?? jwt.secret
        mail = Mail(
            smtpURL: values[.smtpURL].map(ServerURL.init), functionURL: values[.functionURL].map(ServerURL.init),
            allowsPrivateURLs: values.flag(.httpAllowPrivateURLs), from: values.text(.mailFrom),
            directory: values.text(.mailDirectory))
        guard mail.smtpURL == nil || mail.functionURL == nil else { throw .conflict(.smtpURL, .functionURL) }
        notificationsEnabled = values.flag(.notificationsEnabled)
        workers = values.integer(.workers)
        queueCapacity = values.integer(.queueCapacity)
        payment = Payment(
            gateway: try Payment.Gateway(values), timeout: values.seconds(.paymentTimeout),
            tries: values.integer(.paymentTries))
        holdsBacking = HoldsBacking(rawValue: values.text(.holdsBacking)) ?? .redis
        holdsGrace = values.seconds(.holdsGrace)
        inventoriesIdleTime = values.seconds(.inventoriesIdle)
        historyRetention = .seconds(86_400 * values.integer(.historyRetention))
        remindersLeadTime = .seconds(3_600 * values.integer(.remindersLeadTime))
        bcryptCost = values.integer(.bcryptCost)
        logLevel = Logger.Level(rawValue: values.text(.logLevel)) ?? .info
        logFormat = LogFormat(rawValue: values.text(.logFormat)) ?? .auto
        metrics = Metrics(
            isServed: values[.metricsToken] != nil || isLoopback(http.host),
            token: values[.metricsToken].map { Secret(text: $0) })
        shutdownGrace = values.seconds(.shutdownGrace)
        nodeName = values[.nodeName] ?? ProcessInfo.processInfo.hostName
    }
}

extension UsherConfiguration.TLS {
    /// - Returns: Nil when neither file is named.
    fileprivate init?(_ values: ConfigurationValues) throws(ConfigurationError) {
        switch (values[.httpTLSCertificate], values[.httpTLSKey]) {
        case (let certificate?, let key?): self.init(certificate: certificate, key: key)
        case (_?, nil): throw .missing(.httpTLSKey, beside: .httpTLSCertificate)
        case (nil, _?): throw .missing(.httpTLSCertificate, beside: .httpTLSKey)
        case (nil, nil): return nil
        }
    }
}

extension RateLimits {
    fileprivate init(_ values: ConfigurationValues) {
        func limit(_ key: ConfigurationKey) -> RateLimit? { RateLimit(values.text(key)) }
        let addresses: [RateLimitLane: RateLimit?] = [
            .reads: limit(.limitsReadsPerAddress), .sales: limit(.limitsSalesPerAddress),
            .login: limit(.limitsLoginPerAddress),
        ]
        let users: [RateLimitLane: RateLimit?] = [
            .reads: limit(.limitsReadsPerUser), .sales: limit(.limitsSalesPerUser),
        ]
        self.init(addresses: addresses.compactMapValues(\.self), users: users.compactMapValues(\.self))
    }
}

extension StreamLimits {
    /// Where no client is limited, only what the node can bear is.
    fileprivate init(_ values: ConfigurationValues) {
        let total = values.integer(.streamsPerNode)
        let isLimited = values.flag(.limitsEnabled)
        self.init(
            perUser: isLimited ? values.integer(.streamsPerUser) : total,
            perAddress: isLimited ? values.integer(.streamsPerAddress) : total, total: total)
    }
}

extension UsherConfiguration.Payment.Gateway {
    fileprivate init(_ values: ConfigurationValues) throws(ConfigurationError) {
        switch Name(rawValue: values.text(.paymentGateway)) {
        case .simulated, nil:
            self = .simulated
        case .stripe:
            guard let key = values[.paymentStripeKey] else {
                throw ConfigurationError(
                    code: .missingValue,
                    message: """
                        \(ConfigurationKey.paymentStripeKey.rawValue) (\(ConfigurationKey.paymentStripeKey.variable)) is not \
                        set but must be \(ConfigurationKey.paymentStripeKey.definition.kind.requirement), since \
                        payment.gateway is stripe.
                        """)
            }
            let url = ServerURL(text: values.text(.paymentStripeURL))
            try url.requireEncryption(for: .paymentStripeURL)
            self = .stripe(
                url: url, key: Secret(text: key),
                webhookSecret: values[.paymentStripeWebhookSecret].map { Secret(text: $0) })
        }
    }
}

extension Secret {
    /// A new secret of 32 random bytes, for a server that only this machine can reach.
    ///
    /// - Throws: `missingValue` for any other host: its tokens must survive a restart and hold on every node.
    fileprivate static func generated(forHost host: String) throws(ConfigurationError) -> Secret {
        guard isLoopback(host) else {
            throw ConfigurationError(
                code: .missingValue,
                message: """
                    \(ConfigurationKey.jwtSecret.rawValue) (\(ConfigurationKey.jwtSecret.variable)) is not set but must be \
                    \(ConfigurationKey.jwtSecret.definition.kind.requirement), since http.host \(host) is no loopback address.
                    """)
        }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Secret(text: bytes.map { String(format: "%02x", $0) }.joined())
    }

}

extension ServerURL {
    /// A secret that is sent there must not be read on its way.
    fileprivate func requireEncryption(for key: ConfigurationKey) throws(ConfigurationError) {
        guard let url = URLComponents(string: text), url.scheme != "https", !isLoopback(url.host ?? "") else { return }
        throw ConfigurationError(
            code: .malformedValue,
            message:
                "\(key.rawValue) (\(key.variable)) is \(self) but must begin with https://, since a key is sent there.")
    }
}

private func isLoopback(_ host: String) -> Bool {
    if ["localhost", "::1", "[::1]"].contains(host) { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return octets.count == 4 && octets.allSatisfy { $0 != nil } && octets.first == 127
}

extension String? {
    fileprivate var nonEmpty: String? { self == "" ? nil : self }
}
