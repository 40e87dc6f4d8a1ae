public import Accounts
public import Audit
public import Booking
public import Catalog
public import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
public import Logging
import NIOCore
public import Tickets

/// The REST API and its streams, over HTTP/1.1, and with TLS over HTTP/2.
public struct HTTPAPI: Sendable {
    /// Connections that may wait until they are accepted. The kernel drops the first packet of one more, and its client
    /// tries again after a second; the kernel's own limit (`net.core.somaxconn`) is 4,096 by default.
    private static let backlog = 4_096

    private let accounts: Accounts
    private let tokens: Tokens
    private let sessions: Sessions
    private let codes: OneTimeCodes
    private let catalog: Catalog
    private let bookings: BookingService
    private let offerings: OfferingService
    private let tickets: TicketVerifier
    private let audit: any AuditLog
    private let idempotentRequests: IdempotentRequests
    private let paymentNotices: (any PaymentNoticeReader)?
    /// Nil when nobody is limited.
    private let limiter: RateLimiter?
    private let answerHeaders: AnswerHeaders
    private let readiness: Readiness
    private let metrics: MetricsPage?
    private let configuration: HTTPConfiguration
    private let streams: EventStreams
    private let seatBroadcasts: SeatBroadcasts
    private let streamPlaces: StreamPlaces
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes the API of one node.
    ///
    /// - Parameters:
    ///   - offerings: What organizers work with; run by somebody else.
    ///   - tickets: Reads the tickets that people come with.
    ///   - audit: Tells organizers who has changed their events.
    ///   - idempotencyStore: Remembers the answers to requests that carry an `Idempotency-Key`.
    ///   - paymentNotices: Reads what the payment service sends to `/api/payments/webhook`; without it there is no such path.
    ///   - sharedQuotas: By what the nodes tell each other how much clients ask for; without it each limits for itself.
    ///   - readiness: What `/health/ready` looks at.
    ///   - metrics: What `/metrics` shows; without it there is no such path.
    ///   - clock: Stamps what is created.
    ///   - logger: Each request is logged at level `info`.
    public init(
        accounts: Accounts, tokens: Tokens, sessions: Sessions, codes: OneTimeCodes, catalog: Catalog,
        bookings: BookingService, offerings: OfferingService, tickets: TicketVerifier, audit: any AuditLog,
        idempotencyStore: any IdempotencyStore, paymentNotices: (any PaymentNoticeReader)? = nil,
        sharedQuotas: (any SharedQuotas)? = nil,
        readiness: [ReadinessCheck], metrics: MetricsPage? = nil,
        configuration: HTTPConfiguration = HTTPConfiguration(), clock: any BookingClock = SystemBookingClock(),
        logger: Logger
    ) {
        self.accounts = accounts
        self.tokens = tokens
        self.sessions = sessions
        self.codes = codes
        self.catalog = catalog
        self.bookings = bookings
        self.offerings = offerings
        self.tickets = tickets
        self.audit = audit
        idempotentRequests = IdempotentRequests(
            store: idempotencyStore, clock: clock, identifiers: SystemIdentifierSource(),
            maxBodyBytes: configuration.maxBodyBytes)
        self.paymentNotices = paymentNotices
        limiter = configuration.limits.map {
            RateLimiter(limits: $0, shared: sharedQuotas, clock: clock, logger: logger)
        }
        answerHeaders = AnswerHeaders(
            isEncrypted: configuration.certificate != nil, origins: configuration.corsOrigins)
        self.readiness = Readiness(checks: readiness, clock: clock)
        self.metrics = metrics
        self.configuration = configuration
        streams = EventStreams(heartbeatInterval: configuration.heartbeatInterval, tokens: tokens)
        seatBroadcasts = SeatBroadcasts(
            bookings: bookings, frameInterval: configuration.seatFrameInterval, logger: logger)
        streamPlaces = StreamPlaces(limits: configuration.streamLimits)
        self.clock = clock
        self.logger = logger
    }

    /// The server, to be run by a service group whose graceful shutdown ends its streams.
    ///
    /// - Parameter onServerRunning: Called with the port once the server listens.
    public func application(
        onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let responder = StreamResponder(router: routeTable().router.buildResponder())
        return Application(
            responder: responder,
            server: configuration.server(refusals: Refusals(answerHeaders)) { request, context in
                do {
                    return try await responder.respond(to: request, context: context)
                } catch {
                    return Response(status: .internalServerError)
                }
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: Self.backlog,
                availableConnectionsDelegate: .maximum(configuration.maxConnections, logger: logger)),
            services: [seatBroadcasts] + (limiter.map { [$0] } ?? []),
            onServerRunning: { await onServerRunning($0.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// All routes of the API, with who may use each.
    var routes: [RouteSummary] { routeTable().routes }

    private func routeTable() -> RouteTable {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            AnswerHeadersMiddleware(answerHeaders: answerHeaders)
            RequestIDMiddleware()
            TraceMiddleware()
            ClientAddressMiddleware(proxies: TrustedProxies(ranges: configuration.trustedProxies))
            RequestLogMiddleware()
            UnmatchedMetricsMiddleware()
            ProblemMiddleware()
        }
        let json = JSONReader(maxBytes: configuration.maxBodyBytes)
        let gate = Gate(authenticator: Authenticator(tokens: tokens), catalog: catalog, bookings: bookings)
        var routes = RouteTable(router: router, idempotentRequests: idempotentRequests, limiter: limiter)
        AuthRoutes(gate: gate, accounts: accounts, sessions: sessions, codes: codes, json: json).add(to: &routes)
        UserRoutes(gate: gate, accounts: accounts, sessions: sessions, bookings: bookings, json: json).add(to: &routes)
        EventRoutes(
            gate: gate, catalog: catalog, bookings: bookings, offerings: offerings, clock: clock, json: json
        ).add(to: &routes)
        BlockRoutes(gate: gate, offerings: offerings, json: json).add(to: &routes)
        EventBookingRoutes(gate: gate, offerings: offerings).add(to: &routes)
        AuditRoutes(gate: gate, audit: audit).add(to: &routes)
        CheckInRoutes(gate: gate, offerings: offerings, tickets: tickets, json: json).add(to: &routes)
        HoldRoutes(gate: gate, bookings: bookings, json: json).add(to: &routes)
        BookingRoutes(gate: gate, bookings: bookings, tokens: tokens, json: json).add(to: &routes)
        StreamRoutes(
            gate: gate, bookings: bookings, tokens: tokens, json: json, streams: streams,
            broadcasts: seatBroadcasts, places: streamPlaces
        ).add(to: &routes)
        if let paymentNotices {
            PaymentRoutes(
                gate: gate, bookings: bookings, notices: paymentNotices, maxBytes: configuration.maxBodyBytes
            ).add(to: &routes)
        }
        DocumentRoutes(gate: gate).add(to: &routes)
        HealthRoutes(gate: gate, readiness: readiness).add(to: &routes)
        if let metrics { MetricsRoutes(page: metrics).add(to: &routes) }
        routes.refuseOtherMethods()
        return routes
    }
}

extension HTTPConfiguration {
    /// One protocol handler for a request, whatever carries it. Over HTTP/2 a connection has 100 streams at a time, and is
    /// closed after 200 that were reset within half a minute: the defaults of SwiftNIO's HTTP/2.
    fileprivate func server(refusals: Refusals, answer: @escaping RequestHandler.Answer) -> HTTPServerBuilder {
        let admission = Admission(limit: maxInFlight, limitOfEvent: maxInFlightPerEvent)
        let channel = channel(admission: admission, refusals: refusals)
        guard let certificate else {
            let connections = PlainConnections(
                configuration: channel, maxBodyBytes: maxBodyBytes, admission: admission, refusals: refusals,
                answer: answer)
            return HTTPServerBuilder { _ in connections }
        }
        return HTTPServerBuilder { responder in
            EncryptedChannel(
                protocols: try HTTP2UpgradeChannel(
                    tlsConfiguration: certificate.tlsConfiguration,
                    configuration: HTTP2ChannelConfiguration(idleTimeout: idleTimeout, streamConfiguration: channel),
                    responder: responder),
                handshakeLimit: TimeAmount(idleTimeout))
        }
    }

    /// The handlers stand in this order between the network and the routes.
    private func channel(admission: Admission, refusals: Refusals) -> HTTP1Channel.Configuration {
        let (headTimeout, bodyTimeout) = (TimeAmount(headTimeout), TimeAmount(bodyTimeout))
        let writeTimeout = TimeAmount(writeTimeout)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                SlowReaderHandler(limit: writeTimeout),
                RequestDeadlineHandler(headLimit: headTimeout, bodyLimit: bodyTimeout),
                ConnectionCloseHandler(),
                RefusalHandler(admission: admission, refusals: refusals),
            ],
            idleTimeout: TimeAmount(idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: maxHeaderBytes, maxHeaderListSize: maxHeaderBytes, maxHeaderFieldCount: maxHeaders))
    }
}
