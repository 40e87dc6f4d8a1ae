import Inventory

/// Wakes an inventory when its next hold ends. Part of its owner's state, so that it is never armed twice.
struct HoldExpiry {
    private var armedFor: Moment?
    private var timer: Task<Void, Never>?

    /// Sees to it that `action` runs at `deadline`, unless it is to run earlier anyway.
    ///
    /// - Parameter executor: Where the timer runs; nil for the default.
    mutating func arm(
        for deadline: Moment, clock: any BookingClock, executor: (any TaskExecutor)?,
        action: @escaping @Sendable () async -> Void
    ) {
        if let armedFor, armedFor <= deadline { return }
        timer?.cancel()
        armedFor = deadline
        timer = Task(executorPreference: executor) {
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            await action()
        }
    }

    /// To be called by the action.
    mutating func fired() {
        armedFor = nil
    }

    mutating func cancel() {
        timer?.cancel()
        armedFor = nil
    }
}
