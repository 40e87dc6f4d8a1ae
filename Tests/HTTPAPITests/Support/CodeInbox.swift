import Accounts
import Synchronization

/// The one-time codes that users have got.
final class CodeInbox: CodeDelivery {
    private let kept = Mutex<[OneTimeCode]>([])

    var codes: [OneTimeCode] { kept.withLock(\.self) }

    func deliver(_ code: OneTimeCode) {
        kept.withLock { $0.append(code) }
    }
}
