import Synchronization

/// How long customers come: for the time of the scenario, and on a slow machine until its misfortunes are over and
/// somebody has seen what came of the last one.
final class Doors: Sendable {
    /// Time to be served after the last misfortune. Longer than that may take.
    private static let grace = Recovery.usualLimit / 4

    private let journal: Journal
    private let end: Instant
    private let lastCall = Mutex<Instant?>(nil)

    init(open duration: Duration, journal: Journal) {
        self.journal = journal
        end = journal.now + duration
    }

    var areOpen: Bool { journal.now < closing }

    /// How much of the planned time is over, 0 to 1, and then from the beginning again.
    var progress: Double { (journal.now / end).truncatingRemainder(dividingBy: 1) }

    /// Says that no more misfortune comes.
    func callLast() {
        let now = journal.now
        lastCall.withLock { $0 = $0 ?? now }
    }

    /// Whether even those who came last have made up their minds.
    var areQuiet: Bool { journal.now > closing + .seconds(5) }

    private var closing: Instant {
        lastCall.withLock { lastCall in lastCall.map { max($0 + Self.grace, end) } ?? Deadline.never }
    }
}
