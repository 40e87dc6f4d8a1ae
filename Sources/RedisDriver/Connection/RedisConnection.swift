internal import NIOCore
internal import Synchronization

/// One connection: many tasks write to it at once, and each gets its own answer.
///
/// The rules are in ``CommandQueue``; this shell holds its lock, moves its bytes and resumes its callers, always after
/// the lock was released. It lives as long as its channel and is never reopened.
final class RedisConnection: Sendable {
    private let channel: any Channel
    private let address: String
    private let drainTimeout: TimeAmount
    private let queue: Mutex<CommandQueue<Waiter<RedisValue>>>

    init(channel: any Channel, configuration: RedisConfiguration) {
        self.channel = channel
        address = configuration.address
        drainTimeout = TimeAmount(configuration.drainTimeout)
        queue = Mutex(
            CommandQueue(capacity: configuration.queuedCommands, timeout: TimeAmount(configuration.commandTimeout)))
    }

    var isOpen: Bool { queue.withLock { $0.isOpen } }

    func send(_ command: RedisCommand, patience: Duration? = nil) async throws(RedisError) -> RedisValue {
        try await answer(to: try submit(command, patience: patience))
    }

    /// Sends commands together, and waits for all their answers.
    func send(_ commands: [RedisCommand]) async -> [Result<RedisValue, RedisError>] {
        let waiters = commands.map { command in
            Result { () throws(RedisError) in try submit(command, patience: nil) }
        }
        var answers: [Result<RedisValue, RedisError>] = []
        for waiter in waiters {
            do {
                answers.append(.success(try await answer(to: try waiter.get())))
            } catch {
                answers.append(.failure(error))
            }
        }
        return answers
    }

    private func submit(_ command: RedisCommand, patience: Duration?) throws(RedisError) -> Waiter<RedisValue> {
        guard !Task.isCancelled else { throw .cancelled }
        let bytes = try command.encoded()
        let waiter = Waiter<RedisValue>()
        let limit = patience.map { TimeAmount($0) }
        let mustFlush = try queue.withLock { queue throws(RedisError) in
            try queue.submit(bytes, for: waiter, patience: limit)
        }
        // While this waits for its turn on the event loop, more commands come and share the write.
        if mustFlush { channel.eventLoop.execute { self.flush() } }
        return waiter
    }

    private func answer(to waiter: Waiter<RedisValue>) async throws(RedisError) -> RedisValue {
        try await waiter.value(orWhenCancelled: .cancelled.with(outcomeIsUnknown: true))
    }

    /// Ends the connection; whoever waits for it is told the reason.
    func close(_ reason: RedisError) {
        for (waiter, error) in queue.withLock({ $0.close(reason) }) {
            waiter.finish(.failure(error))
        }
        channel.close(promise: nil)
    }

    /// Waits for the end of the connection. Cancelling the task ends it: commands that were taken in have the
    /// configured time to be answered, further ones are refused.
    ///
    /// - Returns: why it ended.
    func untilClosed() async -> RedisError {
        await withTaskCancellationHandler {
            // A close future does not fail, and cancelling the task does not cut it short.
            try? await channel.closeFuture.get()
        } onCancel: {
            drain()
        }
        return queue.withLock { $0.closeReason } ?? .shutDown
    }

    private func drain() {
        let isDrained = queue.withLock { queue in
            queue.drain()
            return queue.isDrained
        }
        if isDrained {
            close(.shutDown)
        } else {
            channel.eventLoop.scheduleTask(in: drainTimeout) { self.close(.shutDown) }
        }
    }
}

// What happens on the event loop.
extension RedisConnection {
    private func flush() {
        let (commands, check) = queue.withLock { $0.takeUnwritten(now: .now()) }
        guard !commands.isEmpty else { return }
        var buffer = channel.allocator.buffer(capacity: commands.reduce(0) { $0 + $1.bytes.count })
        for command in commands {
            buffer.writeBytes(command.bytes)
            if let patience = command.patience { end(command.caller, in: patience) }
        }
        channel.writeAndFlush(buffer, promise: nil)
        if let check { checkDeadline(at: check) }
    }

    /// Lets a caller go on without its answer. Its command stays where it is, and so does the connection.
    private func end(_ waiter: Waiter<RedisValue>, in patience: TimeAmount) {
        channel.eventLoop.scheduleTask(in: patience) {
            let error = RedisError(.timeout, "\(self.address) did not answer in time.", outcomeIsUnknown: true)
            waiter.finish(.failure(error))
        }
    }

    private func checkDeadline(at time: NIODeadline) {
        channel.eventLoop.scheduleTask(deadline: time) {
            switch self.queue.withLock({ $0.checkDeadline(now: .now()) }) {
            case .none: break
            case .checkAgain(let next): self.checkDeadline(at: next)
            case .passed: self.close(RedisError(.timeout, "\(self.address) did not answer in time; connecting anew."))
            }
        }
    }

    func received(_ replies: [RedisValue]) {
        let (waiters, isDrained) = queue.withLock { ($0.answer(replies.count), $0.isDrained) }
        guard let waiters else {
            close(RedisError(.protocolViolation, "\(address) sent an answer to which there was no command."))
            return
        }
        for (waiter, reply) in zip(waiters, replies) {
            if case .error(let error) = reply {
                waiter.finish(.failure(RedisError(error)))
            } else {
                waiter.finish(.success(reply))
            }
        }
        if isDrained { close(.shutDown) }
    }

    func broke(_ cause: (any Error)? = nil) {
        close(RedisError(.connection, "the connection to \(address) broke; connecting anew.", cause: cause))
    }
}
