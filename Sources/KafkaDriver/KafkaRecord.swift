/// A name and a value that travel beside a record, as CloudEvents' binary mode uses them.
public struct KafkaHeader: Sendable, Hashable {
    /// The name; it may occur more than once in a record.
    public var name: String

    /// The value, any bytes.
    public var value: [UInt8]

    /// A header of bytes.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A header of text, written as UTF-8.
    public init(_ name: String, _ value: String) {
        self.init(name: name, value: Array(value.utf8))
    }
}

/// What a producer sends.
public struct KafkaRecord: Sendable, Hashable {
    /// The topic to append to.
    public var topic: String

    /// Records with the same key go to the same partition, in order; nil spreads them.
    public var key: [UInt8]?

    /// The payload.
    public var value: [UInt8]

    /// The headers, in order.
    public var headers: [KafkaHeader]

    /// The partition to append to; nil leaves the choice to the key, by the hash that Java clients use too.
    public var partition: Int32?

    /// A record that was not sent yet.
    public init(
        topic: String, key: [UInt8]?, value: [UInt8], headers: [KafkaHeader] = [], partition: Int32? = nil
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.partition = partition
    }
}

/// Where the brokers stored a record.
public struct KafkaDelivery: Sendable, Hashable {
    /// The partition that the record went to.
    public var partition: Int32

    /// The record's place in the partition; -1 when a retry found it stored already.
    public var offset: Int64

    /// A delivery, as a delivery report or a test states it.
    public init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
