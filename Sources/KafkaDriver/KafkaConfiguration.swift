/// Where the brokers are, and how a client talks to them.
public struct KafkaConfiguration: Sendable {
    /// Bootstrap servers, `host:port,host:port`.
    public var brokers: String

    /// The name that the brokers show in their logs and quotas.
    public var clientID = "usher"

    /// Further librdkafka properties by name, such as `security.protocol`. They override the driver's defaults;
    /// an unknown name, a bad value, or a property that the driver's promises rest on is refused at start.
    public var properties: [String: String] = [:]

    /// Names the cluster to talk to.
    public init(brokers: String) {
        self.brokers = brokers
    }

    /// The properties of one client, in the order in which librdkafka is to get them.
    ///
    /// - Parameters:
    ///   - defaults: what the caller's ``properties`` may override.
    ///   - fixed: what they may not.
    func merged(
        defaults: [String: String], fixed: [String: String]
    ) throws(KafkaError) -> [(name: String, value: String)] {
        let fixed = fixed.merging([
            "bootstrap.servers": brokers,
            "client.id": clientID,
            "log.queue": "true",
        ]) { own, _ in own }
        for name in properties.keys.sorted() where fixed[name] != nil {
            throw KafkaError(
                .configuration, "Kafka property \(name) is set by the driver: remove it from the properties")
        }
        // The last one wins, also when librdkafka knows a property by two names.
        return [Self.commonDefaults, defaults, properties, fixed].flatMap { layer in
            layer.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        }
    }

    /// librdkafka doubles the wait between two tries from the first figure to the second, with a jitter of -25 to +50 %.
    private static let commonDefaults = [
        "reconnect.backoff.ms": "100",
        "reconnect.backoff.max.ms": "5000",
        "socket.timeout.ms": "10000",
        "socket.keepalive.enable": "true",
        "log.connection.close": "false",
    ]
}
