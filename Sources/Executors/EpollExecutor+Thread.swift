internal import CEpoll
internal import Glibc
internal import Synchronization

extension EpollExecutor {
    /// Starts the thread unless it runs. After the shutdown it is started for queued work only.
    func startThread() {
        let isNeeded = state.withLock { state in
            guard !state.isThreadStarted, !state.isShutDown || !state.items.isEmpty else { return false }
            state.isThreadStarted = true
            return true
        }
        guard isNeeded else { return }
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<EpollExecutor>.fromOpaque(context).takeRetainedValue().runThread()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(error == 0, "no thread for executor \(name): \(String(cString: strerror(error)))")
        pthread_detach(thread)
    }

    private func runThread() {
        pthread_setname_np(pthread_self(), String(decoding: name.utf8.prefix(15), as: UTF8.self))
        state.withLock { $0.thread = pthread_self() }
        repeat {
            runItems()
            runTimers()
            for event in epoll.wait(until: nextDeadline()) { dispatch(event) }
        } while !endThread()
    }

    private func runItems() {
        let items = state.withLock { state in
            defer { state.items = [] }
            return state.items
        }
        for item in items {
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .work(let work): work()
            }
        }
    }

    private func runTimers() {
        let now = ContinuousClock.now
        while let timer = state.withLock({ $0.timers.popFirst(dueAt: now) }) { timer.handler() }
    }

    /// When the thread must look at its queues again at the latest; nil when only a wake-up tells.
    private func nextDeadline() -> ContinuousClock.Instant? {
        state.withLock { state in
            state.items.isEmpty && !state.isShutDown ? state.timers.nextDeadline : .now
        }
    }

    /// An event may be about a descriptor that a handler before it has unregistered, or even replaced under the same
    /// number; the number of the registration tells.
    private func dispatch(_ event: Epoll.Event) {
        let registration = state.withLock { $0.registrations[event.descriptor] }
        guard let registration, registration.number == event.registration else { return }
        registration.handler(event.readiness)
    }

    private func endThread() -> Bool {
        state.withLock { state in
            guard state.isShutDown, state.items.isEmpty else { return false }
            state.thread = nil
            state.isThreadStarted = false
            return true
        }
    }
}
