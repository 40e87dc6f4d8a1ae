import CRdKafka
import Dispatch
import Logging
import Synchronization
import Testing

@testable import KafkaDriver

@Suite(.timeLimit(.minutes(1)))
struct ConsumerTests {
    @Test func `a group goes on where it committed`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        try await running(producer) {
            _ = await producer.send((0..<10).map { record(topic, "\($0)") })
        }
        let first = try newConsumer(of: topic)
        try await running(first) {
            let messages = try await first.read(6)
            try await first.commit(messages[3])
        }
        let second = try newConsumer(of: topic)
        try await running(second) {
            let rest = try await second.read(6)
            #expect(rest.map(\.text) == ["4", "5", "6", "7", "8", "9"])
        }
    }

    @Test func `another group reads everything again`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let one = try newConsumer(of: topic, group: "one-\(topic)")
        let other = try newConsumer(of: topic, group: "other-\(topic)")
        try await running(producer, one, other) {
            _ = await producer.send((0..<10).map { record(topic, "\($0)") })
            let read = try await one.read(10, commit: true)
            let readAgain = try await other.read(10)
            #expect(read.map(\.text) == readAgain.map(\.text))
        }
    }

    @Test func `two members share the partitions`() async throws {
        let topic = try await newTopic(partitions: 4)
        let producer = try newProducer()
        let one = try newConsumer(of: topic)
        let other = try newConsumer(of: topic)
        try await running(producer, one, other) {
            // The group may need a few rebalances until both have their share.
            let sender = Task {
                while !Task.isCancelled {
                    _ = await producer.send(
                        (0..<4).map { KafkaRecord(topic: topic, key: nil, value: [1], partition: $0) })
                }
            }
            async let first = one.read(1)
            async let second = other.read(1)
            _ = try await (first, second)
            sender.cancel()
        }
    }

    @Test func `a slow reader gets every message once and in order`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let consumer = try KafkaConsumer(
            configuration: realBroker, group: topic, topics: [topic], bufferLimit: 8, logger: logger)
        try await running(producer, consumer) {
            let numbers = (0..<2000).map { "\($0)" }
            _ = await producer.send(numbers.map { record(topic, $0) })
            // Every commit's answer must get past the messages that wait for room.
            let read = try await consumer.read(numbers.count, commit: true)
            #expect(read.map(\.text) == numbers)
        }
    }

    @Test func `the buffer keeps its bound`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let consumer = try KafkaConsumer(
            configuration: realBroker, group: topic, topics: [topic], bufferLimit: 8, logger: logger)
        try await running(producer, consumer) {
            _ = await producer.send((0..<1000).map { record(topic, "\($0)") })
            await until { consumer.state.withLock { $0.buffer.room() } <= 0 }
            #expect(consumer.state.withLock { $0.buffer.room() } == 0)
            let read = try await consumer.read(1000)
            #expect(read.count == 1000)
        }
    }

    @Test func `a reader that is stuck stays in the group`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("slow")
        var configuration = cluster.configuration
        configuration.properties = [
            "heartbeat.interval.ms": "500", "session.timeout.ms": "4000", "max.poll.interval.ms": "4000",
        ]
        let producer = try newProducer(configuration)
        let consumer = try KafkaConsumer(
            configuration: configuration, group: "slow", topics: ["slow"], bufferLimit: 1, logger: logger)
        try await running(producer, consumer) {
            _ = await producer.send((0..<10).map { record("slow", "\($0)") })
            var reader = consumer.messages.makeAsyncIterator()
            let first = try #require(try await reader.next())
            // A cluster that is away lets a ping wait for 3 s; two are longer than the interval between polls.
            let away = try newProducer(KafkaConfiguration(brokers: "127.0.0.1:1"))
            for _ in 0..<2 { await #expect(throws: KafkaError.self) { try await away.ping() } }
            try await consumer.commit(first)
        }
    }

    @Test func `a shutdown lets the reader commit what it has in hand`() async throws {
        let topic = try await newTopic()
        let producer = try newProducer()
        let consumer = try newConsumer(of: topic)
        let (isReading, reading) = AsyncStream.makeStream(of: Void.self)
        async let committed = {
            var count = 0
            for try await message in consumer.messages {
                reading.yield()
                await until { consumer.isFinishing }
                try await consumer.commit(message)
                count += 1
            }
            return count
        }()
        try await running(producer, consumer) {
            _ = await producer.send((0..<10).map { record(topic, "\($0)") })
            for await _ in isReading { break }
        }
        let count = try await committed
        #expect(count == 1)
        let second = try newConsumer(of: topic)
        try await running(second) {
            let next = try await second.read(1)
            #expect(next.map(\.text) == ["1"])
        }
    }

    @Test func `after shutdown commits are refused and there are no messages`() async throws {
        let consumer = try newConsumer(of: try await newTopic())
        try await running(consumer) {}
        let read = try await consumer.read(1)
        #expect(read.isEmpty)
        let message = KafkaMessage(topic: "any", partition: 0, offset: 0, key: nil, value: [])
        let error = await #expect(throws: KafkaError.self) { try await consumer.commit(message) }
        #expect(error?.code == .closed)
    }

    @Test func `a cancelled reader does not wait`() async throws {
        let consumer = try newConsumer(of: try await newTopic())
        try await running(consumer) {
            let reader = Task { try await consumer.read(1) }
            reader.cancel()
            let read = try await reader.value
            #expect(read.isEmpty)
        }
    }

    @Test func `a commit that the coordinator refuses says so`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("orders")
        let producer = try newProducer(cluster.configuration)
        let consumer = try newConsumer(cluster.configuration, of: "orders")
        try await running(producer, consumer) {
            _ = try await producer.send(record("orders", "x"))
            let message = try #require(try await consumer.read(1).first)
            cluster.answer(MockCluster.offsetCommitRequest, with: [RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED])
            let error = await #expect(throws: KafkaError.self) { try await consumer.commit(message) }
            #expect(error?.code == .rejected)
            try await consumer.commit(message)
        }
    }

    @Test func `a consumer goes on after its broker was away`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("orders")
        let producer = try newProducer(cluster.configuration)
        let consumer = try newConsumer(cluster.configuration, of: "orders")
        try await running(producer, consumer) {
            _ = try await producer.send(record("orders", "before"))
            var reader = consumer.messages.makeAsyncIterator()
            let before = try #require(try await reader.next())
            cluster.goDown()
            let error = await #expect(throws: KafkaError.self) { try await consumer.commit(before) }
            #expect([.timedOut, .brokerUnavailable].contains(error?.code))
            cluster.comeUp()
            _ = try await producer.send(record("orders", "after"))
            let after = try #require(try await reader.next())
            #expect(after.text == "after")
        }
    }

    @Test func `a shutdown while the broker is away ends in time`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("orders")
        let producer = try newProducer(cluster.configuration)
        let consumer = try newConsumer(cluster.configuration, of: "orders")
        try await running(producer, consumer) {
            _ = try await producer.send(record("orders", "x"))
            _ = try await consumer.read(1)
            cluster.goDown()
        }
    }

    @Test func `a fatal error ends the sequence and the service`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("orders")
        let consumer = try newConsumer(cluster.configuration, of: "orders")
        let reader = Task { try await consumer.read(1) }
        let service = Task { try await consumer.run() }
        try consumer.breakForGood()
        let ends = await #expect(throws: KafkaError.self) { try await service.value }
        let readerEnds = await #expect(throws: KafkaError.self) { try await reader.value }
        #expect(ends?.code == .fatal && readerEnds?.code == .fatal)
    }

    @Test func `a namesake's arrival ends a static member, in bounded time`() async throws {
        let topic = try await newTopic()
        var configuration = realBroker
        configuration.properties = ["group.instance.id": "one", "heartbeat.interval.ms": "200"]
        let producer = try newProducer()
        let first = try newConsumer(configuration, of: topic)
        let second = try newConsumer(configuration, of: topic)
        try await running(producer) {
            let service = Task { try await first.run() }
            _ = try await producer.send(record(topic, "x"))
            _ = try await first.read(1)
            try await running(second) {
                let error = await #expect(throws: KafkaError.self) { try await service.value }
                #expect(error?.code == .fatal)
                let next = try await second.read(1)
                #expect(next.map(\.text) == ["x"])
            }
        }
    }

    @Test func `a client that librdkafka cannot end holds up nobody for long`() async throws {
        let cluster = try MockCluster()
        cluster.createTopic("orders")
        let producer = try newProducer(cluster.configuration)
        let consumer = try KafkaConsumer(
            configuration: cluster.configuration, group: "orders", topics: ["orders"], bufferLimit: 0, logger: logger)
        let service = Task { try await consumer.run() }
        try await running(producer) {
            _ = try await producer.send(record("orders", "x"))
        }
        // librdkafka waits until all its messages were given back, here for longer than anybody should wait.
        let message = try await consumer.takeFetched()
        DispatchQueue.global().asyncAfter(deadline: .now() + 35) {
            rd_kafka_event_destroy(OpaquePointer(bitPattern: message))
        }
        let brokeAt = ContinuousClock.now
        try consumer.breakForGood()
        let ends = await #expect(throws: KafkaError.self) { try await service.value }
        #expect(ends?.code == .fatal)
        #expect((.seconds(3) ..< .seconds(30)).contains(ContinuousClock.now - brokeAt))
    }
}

extension KafkaConsumer {
    fileprivate func breakForGood() throws {
        let client = try #require(state.withLock { $0.client })
        rd_kafka_test_fatal_error(client.handle, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "test")
    }

    /// The address of a message for which the buffer has no room.
    fileprivate func takeFetched() async throws -> UInt {
        // Not the client itself: the thread could be the last to let go of it.
        let client = UInt(bitPattern: try #require(state.withLock { $0.client?.handle }))
        return try await OwnThread.run(named: "test") { () throws(KafkaError) in
            let fetched = rd_kafka_queue_get_consumer(OpaquePointer(bitPattern: client))
            defer { rd_kafka_queue_destroy(fetched) }
            return UInt(bitPattern: rd_kafka_queue_poll(fetched, -1))
        }
    }

    fileprivate var isFinishing: Bool {
        state.withLock { state in
            if case .finishing = state.phase { true } else { false }
        }
    }
}
