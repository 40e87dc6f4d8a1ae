internal import KafkaDriver
internal import Logging

/// A message, and what was read in it.
struct Letter: Sendable {
    enum Content: Sendable {
        case notice(BookingNotice)
        /// Of a type that no customer gets mail about.
        case nothing
        case unreadable(MalformedNotice)
    }

    let message: KafkaMessage
    let content: Content

    init(_ message: KafkaMessage) {
        self.message = message
        do {
            content = try BookingNotice(message).map(Content.notice) ?? .nothing
        } catch {
            content = .unreadable(error)
        }
    }

    /// What must stay in order: mails of the same booking.
    var lane: String {
        if case .notice(let notice) = content { return notice.booking.id.description }
        return "\(message.partition):\(message.offset)"
    }

    var facts: Logger.Metadata {
        guard case .notice(let notice) = content else { return message.facts }
        return message.facts.adding(.event, notice.id)
    }
}

extension KafkaMessage {
    /// Where it lies.
    var facts: Logger.Metadata {
        [:].adding(.topic, topic).adding(.partition, partition).adding(.offset, offset)
    }
}
