internal import Logging

/// The names of the facts in this room's logs.
enum LogKey: String {
    case error, event, offset, partition, pause, reason, topic, tries
}

extension Logger.Metadata {
    func adding(_ key: LogKey, _ value: some CustomStringConvertible & Sendable) -> Self {
        var metadata = self
        metadata[key.rawValue] = .stringConvertible(value)
        return metadata
    }
}
