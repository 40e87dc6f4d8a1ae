/// The messages of a consumer, in the order of each partition, for one reader at a time.
///
/// It ends when the consumer is shut down, and throws the error that ended the consumer otherwise. A message that was
/// read and not committed comes again after a restart or a rebalance: at least once.
public struct KafkaMessages: AsyncSequence, Sendable {
    /// What the sequence gives.
    public typealias Element = KafkaMessage
    /// What ends it early.
    public typealias Failure = KafkaError

    let consumer: KafkaConsumer

    /// The reader. A consumer has one at a time; a second one while the first exists is a programming error.
    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(consumer))
    }

    /// Takes messages out of the consumer's buffer.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: Reader

        /// The next message; nil at the end, and when the task is cancelled.
        public mutating func next() async throws(KafkaError) -> KafkaMessage? {
            try await reader.consumer.nextMessage()
        }

        /// The next message; nil at the end, and when the task is cancelled.
        public mutating func next(isolation: isolated (any Actor)?) async throws(KafkaError) -> KafkaMessage? {
            try await reader.consumer.nextMessage()
        }
    }

    /// Tells the consumer when the reader goes away, so that a shutdown need not wait for it.
    fileprivate final class Reader: Sendable {
        let consumer: KafkaConsumer

        init(_ consumer: KafkaConsumer) {
            self.consumer = consumer
            consumer.attachReader()
        }

        deinit {
            consumer.detachReader()
        }
    }
}
