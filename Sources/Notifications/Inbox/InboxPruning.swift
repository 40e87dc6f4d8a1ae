internal import Logging
internal import ServiceLifecycle

/// Keeps the inbox from growing without end.
struct InboxPruning: Service {
    /// Far longer than any event comes again after its mail went out.
    static let age = Duration.seconds(7 * 86_400)
    private static let interval = Duration.seconds(3_600)

    let inbox: any Inbox
    let patience: Patience
    let logger: Logger

    /// Prunes at once and then every hour, until shutdown.
    func run() async {
        repeat {
            do {
                try await inbox.prune(olderThan: Self.age)
            } catch {
                logger.warning("The inbox was not pruned", metadata: [:].adding(.error, "\(error)"))
            }
        } while await patience.pause(Self.interval)
    }
}
