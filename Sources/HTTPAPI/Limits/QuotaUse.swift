import HTTPTypes
import Hummingbird

/// A lane's limits, and how answers describe them.
struct LanePolicy: Sendable {
    let lane: RateLimitLane
    let address: RateLimit?
    let user: RateLimit?
    fileprivate let addressText: String
    fileprivate let bothText: String

    init(_ lane: RateLimitLane, _ limits: RateLimits) {
        self.lane = lane
        address = limits.addresses[lane]
        user = limits.users[lane]
        addressText = address.map { #""\#(lane)-address";q=\#($0.requests);w=\#($0.seconds)"# } ?? ""
        let userText = user.map { #""\#(lane)-user";q=\#($0.requests);w=\#($0.seconds)"# } ?? ""
        bothText = [addressText, userText].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

/// The quotas that a request has drawn on, as its answer tells them (draft-ietf-httpapi-ratelimit-headers-10).
struct QuotaUse: Sendable {
    let policy: LanePolicy
    var address: QuotaReading?
    var user: QuotaReading?

    init(_ policy: LanePolicy) {
        self.policy = policy
    }

    /// Says in an answer what is left.
    func describe(in headers: inout HTTPFields) {
        guard address != nil || user != nil else { return }
        headers[.rateLimitPolicy] = user == nil ? policy.addressText : policy.bothText
        var left = ""
        if let address { left = #""\#(policy.lane)-address";\#(address.text)"# }
        if let user { left += #"\#(left.isEmpty ? "" : ", ")"\#(policy.lane)-user";\#(user.text)"# }
        headers[.rateLimit] = left
    }

    /// - Parameter wait: Nanoseconds.
    func refusal(_ who: String, wait: Int64) -> Problem {
        var problem = Problem(.tooManyRequests, "rate_limited", "Too many requests from \(who); try again later.")
        describe(in: &problem.headers)
        problem.retry(after: .nanoseconds(wait))
        return problem
    }
}

extension QuotaReading {
    /// What remains, and the seconds until it is whole again.
    fileprivate var text: String {
        "r=\(remaining);t=\((untilWhole + 999_999_999) / 1_000_000_000)"
    }
}

extension HTTPField.Name {
    /// `RateLimit-Policy`: the limits.
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    /// `RateLimit`: what is left of them.
    static let rateLimit = HTTPField.Name("RateLimit")!
}
