import Logging

/// Everything that can be set: the one table behind the reading of values, their checks and the README.
///
/// The raw value is the key in the YAML file.
enum ConfigurationKey: String, CaseIterable {
    case httpHost = "http.host"
    case httpPort = "http.port"
    case httpMaxConnections = "http.max_connections"
    case httpIdleTimeout = "http.idle_timeout_seconds"
    case httpMaxBodyBytes = "http.max_body_bytes"
    case httpBodyTimeout = "http.body_timeout_seconds"
    case httpTLSCertificate = "http.tls_certificate"
    case httpTLSKey = "http.tls_key"
    case streamsPerUser = "streams.per_user"
    case streamsPerAddress = "streams.per_address"
    case streamsPerNode = "streams.per_node"
    case httpMaxHeaderBytes = "http.max_header_bytes"
    case httpMaxHeaders = "http.max_headers"
    case httpHeadTimeout = "http.head_timeout_seconds"
    case httpWriteTimeout = "http.write_timeout_seconds"
    case httpMaxInFlight = "http.max_in_flight"
    case httpMaxInFlightPerEvent = "http.max_in_flight_per_event"
    case httpCORSOrigins = "http.cors_origins"
    case httpAllowPrivateURLs = "http.allow_private_urls"
    case httpTrustedProxies = "http.trusted_proxies"
    case limitsEnabled = "limits.enabled"
    case limitsReadsPerAddress = "limits.reads_per_address"
    case limitsReadsPerUser = "limits.reads_per_user"
    case limitsSalesPerAddress = "limits.sales_per_address"
    case limitsSalesPerUser = "limits.sales_per_user"
    case limitsLoginPerAddress = "limits.login_per_address"
    case databaseURL = "database.url"
    case databaseConnections = "database.connections"
    case redisURL = "redis.url"
    case kafkaBrokers = "kafka.brokers"
    case jwtSecret = "jwt.secret"
    case jwtPreviousSecret = "jwt.previous_secret"
    case jwtTTL = "jwt.ttl_seconds"
    case jwtRefreshTTL = "jwt.refresh_ttl_seconds"
    case ticketsSecret = "tickets.secret"
    case smtpURL = "smtp.url"
    case functionURL = "notifications.function_url"
    case mailFrom = "mail.from"
    case mailDirectory = "mail.directory"
    case notificationsEnabled = "notifications.enabled"
    case workers = "workers"
    case queueCapacity = "queue.capacity"
    case paymentGateway = "payment.gateway"
    case paymentTimeout = "payment.timeout_seconds"
    case paymentTries = "payment.tries"
    case paymentStripeURL = "payment.stripe_url"
    case paymentStripeKey = "payment.stripe_key"
    case paymentStripeWebhookSecret = "payment.stripe_webhook_secret"
    case holdsBacking = "holds.backing"
    case holdsGrace = "holds.grace_seconds"
    case inventoriesIdle = "inventories.idle_seconds"
    case historyRetention = "history.days"
    case remindersLeadTime = "reminders.hours_before"
    case bcryptCost = "bcrypt.cost"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case metricsToken = "metrics.token"
    case shutdownGrace = "shutdown.grace_seconds"
    case nodeName = "node.name"

    /// The environment variable of the same setting: `http.port` is `USHER_HTTP_PORT`.
    var variable: String { "USHER_" + rawValue.uppercased().replacing(".", with: "_") }
}

/// What a setting may be, what it is when nobody sets it, and what it is for.
struct ConfigurationKeyDefinition {
    let kind: ConfigurationKind
    /// The value when none is set; nil when there is none to write down.
    let defaultValue: String?
    /// What the setting does, as the README prints it; a dimension such as seconds is in the key's name.
    let purpose: String

    init(_ kind: ConfigurationKind, default defaultValue: String?, _ purpose: String) {
        self.kind = kind
        self.defaultValue = defaultValue
        self.purpose = purpose
    }
}

extension ConfigurationKey {
    var definition: ConfigurationKeyDefinition {
        switch self {
        case .httpHost: .init(.text, default: "127.0.0.1", "Address to listen on")
        case .httpPort: .init(.integer(0...65_535), default: "8080", "Port to listen on; 0 takes a free one")
        case .httpMaxConnections:
            .init(.integer(1...1_000_000), default: "20000", "Connections at a time; further ones wait to be accepted")
        case .httpIdleTimeout:
            .init(.integer(1...3_600), default: "60", "Seconds after which a connection without traffic is closed")
        case .httpMaxBodyBytes: .init(.integer(1_024...10_485_760), default: "65536", "Largest request body in bytes")
        case .httpBodyTimeout:
            .init(.integer(1...600), default: "10", "Seconds in which the whole request body must arrive")
        case .httpTLSCertificate:
            .init(
                .text, default: nil,
                "PEM file with the certificate and those between it and its root; with it the API is served over TLS, by HTTP/2 too"
            )
        case .httpTLSKey: .init(.text, default: nil, "PEM file with the certificate's private key")
        case .streamsPerUser:
            .init(.integer(1...1_000_000), default: "20", "Streams that one user may have open; further ones get 429")
        case .streamsPerAddress:
            .init(.integer(1...1_000_000), default: "200", "Streams open from one client address; further ones get 429")
        case .streamsPerNode:
            .init(.integer(1...1_000_000), default: "20000", "Streams open on this server; further ones get 503")
        case .httpMaxHeaderBytes:
            .init(.integer(1_024...1_048_576), default: "16384", "Largest header of a request in bytes, all together")
        case .httpMaxHeaders: .init(.integer(10...1_000), default: "100", "Most header fields of a request")
        case .httpHeadTimeout:
            .init(.integer(1...600), default: "10", "Seconds in which a header that has begun must arrive")
        case .httpWriteTimeout:
            .init(.integer(1...600), default: "30", "Seconds for which a client may read nothing of what it is sent")
        case .httpMaxInFlight:
            .init(.integer(1...1_000_000), default: "4000", "Requests at work at a time; further ones get 503 at once")
        case .httpMaxInFlightPerEvent:
            .init(
                .integer(1...1_000_000), default: "3000",
                "Requests at work at a time for one event, so that others sell beside it")
        case .httpCORSOrigins:
            .init(
                .origins, default: nil, "Origins whose pages may call the API from a browser; without any none may")
        case .httpAllowPrivateURLs:
            .init(
                .flag, default: "false",
                "Whether functions may be called at private, link-local and loopback addresses")
        case .httpTrustedProxies:
            .init(
                .addressRanges, default: nil,
                "Proxies whose `X-Forwarded-For` or `Forwarded` tells the client's address, such as `10.0.0.0/8`")
        case .limitsEnabled:
            .init(.flag, default: "true", "Whether clients that ask for too much get 429")
        case .limitsReadsPerAddress: .init(.rateLimit, default: "20000/10", "Reads by one address")
        case .limitsReadsPerUser: .init(.rateLimit, default: "1000/10", "Reads by one user")
        case .limitsSalesPerAddress:
            .init(.rateLimit, default: "10000/10", "Holds, bookings and other changes by the users of one address")
        case .limitsSalesPerUser: .init(.rateLimit, default: "600/60", "Holds, bookings and other changes by one user")
        case .limitsLoginPerAddress:
            .init(.rateLimit, default: "120/60", "Registrations, logins and other tries of strangers from an address")
        case .databaseURL:
            .init(
                .url(schemes: ["postgresql", "postgres"]), default: "postgresql://usher:usher@127.0.0.1:5432/usher",
                "PostgreSQL, with libpq's parameters such as `sslmode`")
        case .databaseConnections: .init(.integer(1...64), default: "4", "Connections to PostgreSQL")
        case .redisURL:
            .init(.url(schemes: ["redis", "rediss"]), default: "redis://127.0.0.1:6379/0", "Redis or Valkey")
        case .kafkaBrokers: .init(.brokers, default: "127.0.0.1:9092", "Kafka's bootstrap servers, separated by commas")
        case .jwtSecret:
            .init(
                .secret(minimumBytes: 32), default: nil,
                "Key that signs login tokens; made at start when `http.host` is a loopback address, else required")
        case .jwtPreviousSecret:
            .init(
                .secret(minimumBytes: 32), default: nil,
                "Key that signed login tokens before `jwt.secret` was changed; they are valid until they expire")
        case .jwtTTL: .init(.integer(60...2_592_000), default: "86400", "Seconds that a login token is valid")
        case .jwtRefreshTTL:
            .init(
                .integer(60...31_536_000), default: "2592000",
                "Seconds that a session goes on without being refreshed")
        case .ticketsSecret:
            .init(
                .secret(minimumBytes: 32), default: nil,
                "Key that signs tickets: whoever knows it can make them; derived from `jwt.secret` when not set")
        case .smtpURL:
            .init(
                .url(schemes: ["smtp", "smtps"]), default: nil,
                "Server that e-mails are sent through; without one they are written to `mail.directory`")
        case .functionURL:
            .init(
                .url(schemes: ["http", "https"]), default: nil,
                "Function that is called with each e-mail instead; not together with `smtp.url`")
        case .mailFrom: .init(.emailAddress, default: "tickets@usher.example", "Sender of e-mails")
        case .mailDirectory: .init(.text, default: ".usher/mail", "Folder that e-mails are written to")
        case .notificationsEnabled:
            .init(.flag, default: "true", "Whether `usher serve` sends e-mails; `usher notify` does in any case")
        case .workers: .init(.integer(1...1_024), default: "64", "Bookings that are processed at a time")
        case .queueCapacity:
            .init(
                .integer(1...1_000_000), default: "10000", "Bookings that may wait for a worker; further ones get 503")
        case .paymentGateway:
            .init(
                .choice(UsherConfiguration.Payment.Gateway.Name.allCases.map(\.rawValue)), default: "simulated",
                "Who takes the money; the simulated gateway takes none")
        case .paymentTimeout: .init(.integer(1...60), default: "5", "Seconds that one try of a charge may take")
        case .paymentTries: .init(.integer(1...10), default: "3", "Tries of a charge that gets no clear answer")
        case .paymentStripeURL:
            .init(.url(schemes: ["https", "http"]), default: "https://api.stripe.com", "Stripe's API")
        case .paymentStripeKey:
            .init(.secret(minimumBytes: 8), default: nil, "Stripe's secret key; required when Stripe is the gateway")
        case .paymentStripeWebhookSecret:
            .init(
                .secret(minimumBytes: 8), default: nil,
                "Signing secret of the webhook endpoint `/api/payments/webhook`; without it there is no such path")
        case .remindersLeadTime:
            .init(
                .integer(0...720), default: "24",
                "Hours before an event at which its customers are reminded; 0 for never")
        case .holdsBacking:
            .init(
                .choice(UsherConfiguration.HoldsBacking.allCases.map(\.rawValue)), default: "redis",
                "What remembers holds over a restart; with `memory` nothing does, and they end with the process")
        case .holdsGrace:
            .init(
                .integer(0...3_600), default: "60",
                "Seconds that Redis keeps a hold beyond its deadline, for a server that restarts")
        case .inventoriesIdle:
            .init(
                .integer(1...86_400), default: "600",
                "Seconds after which an event that nobody asks for, and in which nothing is held, leaves memory")
        case .historyRetention:
            .init(.integer(1...3_650), default: "30", "Days for which seats' histories tell what became of holds")
        case .bcryptCost: .init(.integer(4...16), default: "10", "Work factor of passwords; one more doubles the time")
        case .logLevel: .init(.choice(Logger.Level.allCases.map(\.rawValue)), default: "info", "Least severe log level")
        case .logFormat:
            .init(
                .choice(LogFormat.allCases.map(\.rawValue)), default: LogFormat.auto.rawValue,
                "How the log is written to standard error; `auto` is text on a terminal, else JSON, an object a line")
        case .metricsToken:
            .init(
                .secret(minimumBytes: 16), default: nil,
                "Bearer token for `/metrics`; without one the page is there only when `http.host` is a loopback address"
            )
        case .shutdownGrace:
            .init(.integer(1...300), default: "10", "Seconds for requests and bookings under way when Usher is stopped")
        case .nodeName: .init(.text, default: nil, "Name of this server, unique among all; by default the host's name")
        }
    }
}
