internal import Foundation
internal import Metrics

/// How far mail is behind: `usher_mail_lag_seconds`.
enum MailLag {
    private static let lag = Metrics.Timer(label: "usher_mail_lag_seconds")

    /// Notes that the mail about something that happened then is out.
    static func record(since time: Date) {
        lag.record(duration: .seconds(max(0, Date.now.timeIntervalSince(time))))
    }
}
