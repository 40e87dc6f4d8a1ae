/// How many requests a client may make in how long. What is not used gathers up to one whole quota.
public struct RateLimit: Hashable, Sendable {
    /// The quota: so many requests at once, after a pause.
    public let requests: Int
    /// The seconds in which a quota that was used up grows back.
    public let seconds: Int
    /// The nanoseconds in which one request grows back.
    let cost: Int64

    /// The longest that a quota may take to grow back.
    public static let longestWindow = 86_400
    /// The most requests of a quota.
    public static let mostRequests = 10_000_000

    /// Makes a limit; nil when it is out of bounds.
    public init?(requests: Int, seconds: Int) {
        guard (1...Self.mostRequests).contains(requests), (1...Self.longestWindow).contains(seconds) else { return nil }
        self.requests = requests
        self.seconds = seconds
        cost = Int64(seconds) * 1_000_000_000 / Int64(requests)
    }

    /// Reads `600/60`, which is 600 requests in 60 seconds.
    public init?(_ text: some StringProtocol) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let requests = numbers[0], let seconds = numbers[1] else { return nil }
        self.init(requests: requests, seconds: seconds)
    }

    /// The nanoseconds in which a quota that was used up grows back.
    var capacity: Int64 { cost * Int64(requests) }

    /// A node tells the others after so many requests, and so holds back a quarter of a quota at the most.
    var requestsPerReport: Int { max(1, requests / 4) }
}

/// What a request is counted as.
public enum RateLimitLane: UInt8, CaseIterable, Sendable {
    /// What changes nothing.
    case reads
    /// What signed-in users do: holds and bookings, events and profiles.
    case sales
    /// What anybody may send: passwords and codes to be tried, and accounts to be made.
    case login

    var name: String { "\(self)" }
}

/// How much each client may ask for, on each lane by its address and by its user.
public struct RateLimits: Sendable {
    var addresses: [RateLimitLane: RateLimit]
    var users: [RateLimitLane: RateLimit]

    /// No limits but those that are given.
    public init(addresses: [RateLimitLane: RateLimit] = [:], users: [RateLimitLane: RateLimit] = [:]) {
        self.addresses = addresses
        self.users = users
    }
}
