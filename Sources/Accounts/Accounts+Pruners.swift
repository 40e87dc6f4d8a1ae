public import Booking
public import Logging

extension Accounts {
    /// What forgets sessions, refresh tokens and one-time codes that have expired; to be run by somebody else.
    public func pruners(clock: any BookingClock, logger: Logger) -> [Pruner] {
        [
            Pruner(of: "sessions", after: .zero, clock: clock, logger: logger) { [sessions] in
                try await sessions.pruneSessions(at: $0, limit: $1)
            },
            Pruner(of: "one-time codes", after: .zero, clock: clock, logger: logger) { [codes] in
                try await codes.pruneCodes(at: $0, limit: $1)
            },
        ]
    }
}
