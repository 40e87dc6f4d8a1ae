/// One thing that the node needs, or likes to have, to do its work.
public struct ReadinessCheck: Sendable {
    /// What is looked at, as the readiness page calls it.
    public let name: String
    /// Whether the node must get no requests while this is missing.
    public let isRequired: Bool
    /// Whether it is there. Must answer within a second or so, since the page waits for it.
    public let check: @Sendable () async -> Bool

    /// Describes a check.
    public init(name: String, isRequired: Bool = true, check: @escaping @Sendable () async -> Bool) {
        self.name = name
        self.isRequired = isRequired
        self.check = check
    }
}
