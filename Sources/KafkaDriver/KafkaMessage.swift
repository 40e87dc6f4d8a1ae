public import Foundation

/// What a consumer receives.
public struct KafkaMessage: Sendable, Hashable {
    /// The topic that it was read from.
    public var topic: String

    /// The partition that it was read from.
    public var partition: Int32

    /// Its place in the partition.
    public var offset: Int64

    /// Its key, if it has one.
    public var key: [UInt8]?

    /// Its payload; empty for a tombstone too.
    public var value: [UInt8]

    /// Its headers, in order.
    public var headers: [KafkaHeader]

    /// When it was made or appended, as the topic is configured; precise to the millisecond.
    public var timestamp: Date?

    /// A message, as a broker or a test makes it.
    public init(
        topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8],
        headers: [KafkaHeader] = [], timestamp: Date? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    /// The text of the last header with this name, which is the one that counts when a name occurs twice.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
