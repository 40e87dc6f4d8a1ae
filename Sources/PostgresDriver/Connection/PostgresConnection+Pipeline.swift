internal import DequeModule
internal import Executors

/// Sending and receiving. Requests are written as they come, without waiting for replies.
extension PostgresConnection {
    /// Takes what the pool has for this connection.
    func emptyInbox() {
        guard phase == .ready else { return }
        unsent.append(contentsOf: pool.take(slot: slot))
        send()
    }

    /// Hands `commands` to libpq and writes what the socket takes.
    func transmit(_ commands: [LibpqConnection.Command]) {
        guard let libpq else { return }
        for command in commands {
            guard libpq.perform(command) else { return lose(libpq) }
        }
        switch libpq.flush() {
        case .complete: break
        case .blocked: blockWriting()
        case .failed: return lose(libpq)
        }
        watchForSilence()
    }

    /// Goes on writing once the socket has room.
    func resumeSending() {
        guard isWriteBlocked, let libpq else { return }
        switch libpq.flush() {
        case .blocked: return
        case .failed: return lose(libpq)
        case .complete: break
        }
        lastSign = .now
        isWriteBlocked = false
        updateInterest(.read)
        send()
    }

    /// Reads what the server has sent, and answers whoever it is for.
    func receive() {
        guard let libpq else { return }
        let isAlive = libpq.read()
        lastSign = .now
        var failure = isAlive ? nil : PostgresError(.connection, libpq.errorMessage)
        var answers: [(request: PostgresRequest, answer: PostgresRequest.Answer)] = []
        var becomesReady = false
        reading: while machine.isWaiting, let reply = libpq.nextReply() {
            switch machine.receive(reply) {
            case .none: break
            case .answer(let request, let answer): answers.append((request, answer))
            case .becomeReady: becomesReady = true
            case .disconnect(let error):
                failure = failure ?? error
                break reading
            }
        }
        deliver(answers)
        if let failure {
            close(failure)
        } else if phase == .finishing, !machine.isWaiting {
            close(.closedByClient)
        } else if becomesReady {
            becomeReady()
        }
    }

    /// The server may have said why it went, so its last words are read first.
    private func lose(_ libpq: LibpqConnection) {
        receive()
        close(PostgresError(.connection, libpq.errorMessage))
    }

    private func send() {
        while phase == .ready, !isWriteBlocked, let request = unsent.popFirst() {
            guard request.beginSending() else {
                pool.release(request.statementCount, slot: slot)
                continue
            }
            if !machine.isWaiting { lastSign = .now }
            transmit(machine.send(request.statements, for: request))
        }
    }

    private func blockWriting() {
        isWriteBlocked = true
        updateInterest([.read, .write])
    }

    /// The room in the pool is given back first, since an answered caller may come again at once.
    private func deliver(_ answers: [(request: PostgresRequest, answer: PostgresRequest.Answer)]) {
        guard !answers.isEmpty else { return }
        pool.release(answers.reduce(0) { $0 + $1.request.statementCount }, slot: slot)
        for (request, answer) in answers { request.finish(answer) }
    }
}

/// The server limits the time of a statement itself; what says nothing for longer than that is dead.
extension PostgresConnection {
    private var silenceLimit: Duration { configuration.statementTimeout + configuration.connectTimeout }

    private func watchForSilence() {
        guard silenceTimer == nil, machine.isWaiting else { return }
        let silence = lastSign.duration(to: .now)
        silenceTimer = executor.schedule(after: silenceLimit - silence) { [weak self] in
            self?.assumeIsolated { $0.checkSilence() }
        }
    }

    private func checkSilence() {
        silenceTimer = nil
        if machine.isWaiting, lastSign.duration(to: .now) >= silenceLimit {
            close(PostgresError(.timeout, "the server said nothing for \(silenceLimit)"))
        } else {
            watchForSilence()
        }
    }
}
