import CRdKafka
import Logging
import Synchronization
import Testing

@testable import KafkaDriver

@Suite(.timeLimit(.minutes(1)))
struct ProducerFaultTests {
    private let cluster: MockCluster
    private let topic = "orders"

    init() throws {
        cluster = try MockCluster()
        cluster.createTopic(topic)
    }

    private func producer(_ properties: [String: String] = [:], shortLife: Duration = .seconds(60)) throws
        -> KafkaProducer
    {
        var configuration = cluster.configuration
        configuration.properties = properties
        return try KafkaProducer(configuration: configuration, shortLife: shortLife, logger: logger)
    }

    @Test func `a send survives errors that pass`() async throws {
        let producer = try producer(["retry.backoff.ms": "10"])
        cluster.answer(
            MockCluster.produceRequest,
            with: [RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT])
        try await running(producer) {
            let delivery = try await producer.send(record(topic, "x"))
            #expect(delivery.partition == 0)
        }
    }

    @Test func `a refusal carries the broker's reason`() async throws {
        let producer = try producer()
        cluster.answer(MockCluster.produceRequest, with: [RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED])
        try await running(producer) {
            let error = await #expect(throws: KafkaError.self) { try await producer.send(record(topic, "x")) }
            #expect(error?.code == .rejected)
            #expect(error?.message.contains("orders") == true)
            #expect(error?.message.contains("TOPIC_AUTHORIZATION_FAILED") == true)
        }
    }

    @Test func `a broker that is away costs the delivery timeout, and no more once it is back`() async throws {
        let producer = try producer(["delivery.timeout.ms": "3000"])
        try await running(producer) {
            _ = try await producer.send(record(topic, "before"))
            cluster.goDown()
            let error = await #expect(throws: KafkaError.self) { try await producer.send(record(topic, "lost")) }
            #expect(error?.code == .timedOut)
            cluster.comeUp()
            while await producer.send([record(topic, "after")])[0].code == .timedOut { try Task.checkCancellation() }
        }
    }

    @Test func `a full queue refuses the rest of a batch at once`() async throws {
        let producer = try producer(["queue.buffering.max.messages": "10", "delivery.timeout.ms": "1000"])
        cluster.goDown()
        try await running(producer) {
            let outcomes = await producer.send((0..<12).map { record(topic, "\($0)") })
            #expect(outcomes.prefix(10).allSatisfy { $0.code == .timedOut })
            #expect(outcomes.suffix(2).allSatisfy { $0.code == .queueFull })
        }
    }

    @Test func `a small record does not overtake a large one that found no room`() async throws {
        let producer = try producer(["queue.buffering.max.kbytes": "1", "delivery.timeout.ms": "1000"])
        cluster.goDown()
        try await running(producer) {
            let large = KafkaRecord(topic: topic, key: [1], value: Array(repeating: 0, count: 2000))
            let outcomes = await producer.send([record(topic, "a"), large, record(topic, "b")])
            #expect(outcomes.map(\.code) == [.timedOut, .queueFull, .queueFull])
        }
    }

    @Test func `a broker that is away is worth one warning`() async throws {
        let levels = LoggedLevels()
        var configuration = cluster.configuration
        configuration.properties["delivery.timeout.ms"] = "3000"
        let producer = try KafkaProducer(configuration: configuration, logger: levels.logger)
        try await running(producer) {
            _ = try await producer.send(record(topic, "before"))
            cluster.goDown()
            _ = await producer.send([record(topic, "lost")])
        }
        #expect(levels.all.filter { $0 >= .notice } == [.warning])
        #expect(levels.all.contains(.debug))
    }

    @Test func `a cancelled sender does not wait, and the producer goes on`() async throws {
        let producer = try producer()
        cluster.goDown()
        try await running(producer) {
            let sender = Task.immediate { await producer.send([record(topic, "x"), record(topic, "y")]) }
            sender.cancel()
            #expect(await sender.value.map(\.code) == [.cancelled, .cancelled])
            cluster.comeUp()
            _ = try await producer.send(record(topic, "z"))
        }
    }

    @Test func `a sender that is cancelled before it starts sends nothing`() async throws {
        let producer = try producer()
        try await running(producer) {
            let sender = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await producer.send([record(topic, "never")])
            }
            #expect(await sender.value.map(\.code) == [.cancelled])
            let next = try await producer.send(record(topic, "first"))
            #expect(next.offset == 0)
        }
    }

    @Test func `a cancelled service answers all who wait`() async throws {
        let producer = try producer()
        cluster.goDown()
        let service = Task { try await producer.run() }
        let senders = (0..<5).map { index in Task.immediate { await producer.send([record(topic, "\(index)")]) } }
        service.cancel()
        for sender in senders { #expect(await sender.value.map(\.code) == [.closed]) }
        try await service.value
    }

    @Test func `a ping of a cluster that is away fails in time`() async throws {
        let producer = try producer()
        cluster.goDown()
        let error = await #expect(throws: KafkaError.self) { try await producer.ping() }
        #expect([.brokerUnavailable, .timedOut].contains(error?.code))
    }

    @Test func `after a fatal error a new client takes over`() async throws {
        let producer = try producer(shortLife: .zero)
        try await running(producer) {
            _ = try await producer.send(record(topic, "before"))
            cluster.goDown()
            let sender = Task.immediate { await producer.send([record(topic, "lost")]) }
            let client = producer.state.withLock { $0.client }
            rd_kafka_test_fatal_error(client.handle, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test")
            #expect(await sender.value.map(\.code) == [.fatal])
            cluster.comeUp()
            while await producer.send([record(topic, "after")])[0].code != nil { try Task.checkCancellation() }
        }
    }

    @Test func `the successor of a client that died young takes its time, and a shutdown does not wait for it`()
        async throws
    {
        let producer = try producer()
        let client = producer.state.withLock { $0.client }
        rd_kafka_test_fatal_error(client.handle, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "not allowed")
        let died = ContinuousClock.now
        try await running(producer) {
            while await producer.send([record(topic, "x")])[0].code != nil { try Task.checkCancellation() }
            #expect(ContinuousClock.now - died >= .seconds(1))
            rd_kafka_test_fatal_error(
                producer.state.withLock { $0.client }.handle, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, "again")
            while await producer.send([record(topic, "y")])[0].code == nil { try Task.checkCancellation() }
        }
        #expect(await producer.send([record(topic, "z")]).map(\.code) == [.closed])
    }
}
