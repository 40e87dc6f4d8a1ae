/// The keys of this module's log entries.
enum LogKey {
    static let delay = "delay"
    static let migration = "migration"
    static let name = "name"
    static let reason = "reason"
    static let slot = "slot"
}
