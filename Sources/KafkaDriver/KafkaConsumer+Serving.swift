internal import CRdKafka
internal import Logging
internal import Synchronization

/// What the consumer's thread does.
///
/// Fetched messages and everything else (commits' answers, errors, logs) come on two queues, so that an answer never
/// waits behind messages for which there is no room. While the buffer is full, messages stay in librdkafka's queue,
/// whose limit stops the fetching.
extension KafkaConsumer {
    private static let leaveBudget = Duration.seconds(10)
    private static let messagesPerRound = 128
    /// A sign of life, well within `max.poll.interval.ms` (5 minutes), and the grain of the commits' deadlines.
    private static let longestWaitMilliseconds: Int32 = 1000

    func finish(within budget: Duration) {
        let reader = state.withLock { state -> MessageBuffer.Reader? in
            let deadline = clock.now + budget
            switch state.phase {
            case .open: break
            case .finishing(let until) where deadline < until: break
            case .finishing, .closed: return nil
            }
            state.phase = .finishing(until: deadline)
            return state.buffer.finish(.success(nil))
        }
        reader?.resume(returning: .success(nil))
        wakeup.signal()
    }

    func serve() throws(KafkaError) {
        let client = try start()
        var log = ClientLog(logger: logger)
        do {
            try client.subscribe(to: topics)
            try receive(from: client, &log)
        } catch {
            state.withLock { $0.buffer.finish(.failure(error)) }?.resume(returning: .failure(error))
            close()
            throw error
        }
        client.leaveGroup(within: Self.leaveBudget) { event in self.handle(event, &log) }
        close()
    }

    private func start() throws(KafkaError) -> Client {
        let client = state.withLock { state in
            defer { state.isRunning = true }
            return state.isRunning ? nil : state.client
        }
        guard let client else { throw KafkaError(.closed, "a Kafka consumer runs once: make a new one") }
        return client
    }

    private func receive(from client: Client, _ log: inout ClientLog) throws(KafkaError) {
        let fetched = EventQueue(rd_kafka_queue_get_consumer(client.handle))
        fetched.startSignalling(wakeup)
        client.events.startSignalling(wakeup)
        defer {
            client.events.stopSignalling()
            fetched.stopSignalling()
            // librdkafka wants it back before the group is left.
            fetched.destroy()
        }
        while mayGoOn() {
            while let event = client.events.poll(milliseconds: 0) {
                handle(event, &log)
            }
            if let error = client.fatalError { throw error }
            let hasMore = takeMessages(from: fetched, &log)
            expireCommits()
            if !hasMore { wakeup.wait(milliseconds: Self.longestWaitMilliseconds) }
        }
    }

    /// Moves a round of messages to the reader. Returns whether there may be more and there is room for them.
    private func takeMessages(from fetched: EventQueue, _ log: inout ClientLog) -> Bool {
        for _ in 0..<Self.messagesPerRound {
            guard state.withLock({ $0.buffer.room() }) > 0, let event = fetched.poll(milliseconds: 0) else {
                return false
            }
            handle(event, &log)
        }
        return true
    }

    private func handle(_ event: borrowing Event, _ log: inout ClientLog) {
        switch event.kind {
        case RD_KAFKA_EVENT_FETCH:
            event.forEachMessage { message in
                let message = KafkaMessage(message)
                state.withLock { $0.buffer.append(message) }?.resume(returning: .success(message))
            }
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            answer(event.tag, event.commitResult)
        default:
            log.report(event)
        }
    }

    /// False once the reader is done after a shutdown, or has had its time.
    private func mayGoOn() -> Bool {
        state.withLock { state in
            switch state.phase {
            case .open: true
            case .finishing(let until): clock.now < until && !(state.buffer.isReaderDone && state.commits.isEmpty)
            case .closed: false
            }
        }
    }

    private func expireCommits() {
        let now = clock.now
        let expired = state.withLock { $0.commits.removeExpired(at: now) }
        let error = KafkaError(.timedOut, "the coordinator of group \(group) did not answer the commit in time")
        expired.forEach { $0.resume(returning: .failure(error)) }
    }

    private func close() {
        let (callers, client) = state.withLock { state in
            state.phase = .closed
            return (state.commits.removeAll(), state.client.take())
        }
        // The client's end can take seconds: it comes after the answers, and not under the lock.
        withExtendedLifetime(client) {
            callers.forEach { $0.resume(returning: .failure(Self.closedError)) }
        }
    }
}
