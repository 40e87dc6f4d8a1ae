public import Addresses

/// Where the server listens and what it allows its clients to use up.
public struct HTTPConfiguration: Sendable {
    /// The only address that is listened on.
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// Connections at once; further ones wait in the kernel's backlog.
    public var maxConnections: Int
    /// How long a connection may be silent between requests.
    public var idleTimeout: Duration
    /// The size of a request's body.
    public var maxBodyBytes: Int
    /// The size of all header fields of a request together.
    public var maxHeaderBytes: Int
    /// How long a request's body may take to come.
    public var bodyTimeout: Duration
    /// The pause between two signs of life on a stream.
    public var heartbeatInterval: Duration
    /// With it the server speaks TLS, and HTTP/2 with clients that know it; nil for neither.
    public var certificate: ServerCertificate?
    /// The number of header fields of a request.
    public var maxHeaders = 100
    /// How long a request's head may take to come, once it has begun to.
    public var headTimeout = Duration.seconds(10)
    /// How long a client may leave unread what it was sent.
    public var writeTimeout = Duration.seconds(30)
    /// Requests at work at once; further ones are refused.
    public var maxInFlight = 4_000
    /// Requests at work at once for one event.
    public var maxInFlightPerEvent = 3_000
    /// The proxies that are believed when they say whose request they pass on.
    public var trustedProxies: [AddressRange] = []
    /// How much each client may ask for; nil when nobody is limited.
    public var limits: RateLimits?
    /// The origins whose pages may call, such as `https://shop.example`; `*` for all.
    public var corsOrigins: Set<String> = []

    /// The least time between two frames that show the changes of an event's seats.
    public var seatFrameInterval: Duration
    /// How many streams may be open.
    public var streamLimits: StreamLimits

    /// Limits that suit a node with a few GB of memory behind no proxy.
    public init(
        host: String = "127.0.0.1", port: Int = 8080, maxConnections: Int = 20_000,
        idleTimeout: Duration = .seconds(60), maxBodyBytes: Int = 65_536, maxHeaderBytes: Int = 16_384,
        bodyTimeout: Duration = .seconds(10), heartbeatInterval: Duration = .seconds(15),
        seatFrameInterval: Duration = .milliseconds(100), streamLimits: StreamLimits = StreamLimits()
    ) {
        self.host = host
        self.port = port
        self.maxConnections = maxConnections
        self.idleTimeout = idleTimeout
        self.maxBodyBytes = maxBodyBytes
        self.maxHeaderBytes = maxHeaderBytes
        self.bodyTimeout = bodyTimeout
        self.heartbeatInterval = heartbeatInterval
        self.seatFrameInterval = seatFrameInterval
        self.streamLimits = streamLimits
    }
}
