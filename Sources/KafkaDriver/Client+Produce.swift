internal import CRdKafka

extension Client {
    /// Hands a copy of the record to librdkafka, without blocking.
    ///
    /// - Parameter tag: comes back with the delivery report, as the message's opaque.
    /// - Returns: why the record was refused, or nil.
    func enqueue(_ record: KafkaRecord, tag: UInt) -> KafkaError? {
        let headers = Self.headers(record.headers)
        let error = record.value.withUnsafePresentBytes { value, valueSize in
            record.key.withUnsafeBytesOrNull { key, keySize in
                usher_rd_kafka_produce(
                    handle, record.topic, record.partition ?? RD_KAFKA_PARTITION_UA, key, keySize, value, valueSize,
                    headers, UnsafeMutableRawPointer(bitPattern: tag))
            }
        }
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        if let headers { rd_kafka_headers_destroy(headers) }
        return KafkaError(error, action: "send a record to topic \(record.topic)")
    }

    private static func headers(_ headers: [KafkaHeader]) -> OpaquePointer? {
        guard !headers.isEmpty else { return nil }
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            header.value.withUnsafePresentBytes { value, size in
                _ = rd_kafka_header_add(list, header.name, -1, value, size)
            }
        }
        return list
    }
}

extension rd_kafka_message_t {
    /// What a delivery report says.
    var outcome: PendingDeliveries.Outcome {
        guard err != RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .success(KafkaDelivery(partition: partition, offset: offset))
        }
        let topic = rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "?"
        return .failure(KafkaError(err, action: "store a record in topic \(topic)"))
    }
}

extension [UInt8] {
    /// The bytes with an address that is never NULL, which would mean "no value" to Kafka.
    fileprivate func withUnsafePresentBytes<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        withUnsafeBytes { bytes in
            withUnsafePointer(to: 0 as UInt8) { body(bytes.baseAddress ?? UnsafeRawPointer($0), bytes.count) }
        }
    }
}

extension [UInt8]? {
    fileprivate func withUnsafeBytesOrNull<Result>(_ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
        switch self {
        case .some(let bytes): bytes.withUnsafePresentBytes { body($0, $1) }
        case .none: body(nil, 0)
        }
    }
}
