internal import CRdKafka
internal import Foundation

/// Keeps a consumer from asking without a pause.
///
/// Kafka answers a fetch when there are messages, or after `fetch.wait.max.ms`. Some brokers that speak its protocol
/// answer at once, with nothing; librdkafka then asks again at once, thousands of times a second on both sides. So a
/// broker that answers quickly with little is given a moment, in which more may come.
///
/// The pause is made in librdkafka's thread for this broker and this consumer, which has nothing else to do meanwhile:
/// the group's coordinator has a connection and a thread of its own.
enum FetchPause {
    private static let fetch: Int16 = 1
    /// An answer with so few bytes has a few small messages at most.
    private static let littleBytes = 2_048
    private static let microseconds: UInt32 = 20_000

    static func add(to configuration: OpaquePointer?) {
        rd_kafka_conf_interceptor_add_on_new(
            configuration, "fetch-pause",
            { client, _, _, _, _ in
                rd_kafka_interceptor_add_on_response_received(
                    client, "fetch-pause",
                    { _, _, _, _, api, _, _, size, roundTrip, _, _ in
                        FetchPause.pause(after: api, size: size, roundTrip: roundTrip)
                        return RD_KAFKA_RESP_ERR_NO_ERROR
                    }, nil)
            }, nil)
    }

    private static func pause(after api: Int16, size: Int, roundTrip: Int64) {
        if api == fetch, size < littleBytes, roundTrip < microseconds { usleep(microseconds) }
    }
}
