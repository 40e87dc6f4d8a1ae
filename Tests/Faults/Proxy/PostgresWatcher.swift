import NIOCore
import Synchronization

/// Sees the transactions of the ledger in PostgreSQL's protocol (version 3), without TLS.
///
/// The driver sends a transaction as a pipeline that ends with `Sync`, which commits it; the server answers with
/// `ReadyForQuery` once it has. So a booking is queued, and confirmed, between those two messages.
final class PostgresWatcher: Watcher {
    private enum Message {
        static let parse = UInt8(ascii: "P"), bind = UInt8(ascii: "B"), sync = UInt8(ascii: "S")
        static let readyForQuery = UInt8(ascii: "Z")
    }

    private struct State {
        var requests = FrameReader(hasStartup: true)
        var replies = FrameReader(hasStartup: false)
        /// The text of each prepared statement.
        var statements: [String: String] = [:]
        /// What the transaction that is being sent does.
        var current = Work.other
        /// Transactions without an answer, oldest first. The first answer is to the login.
        var sent: [Work] = [.other]
    }

    private enum Work {
        case queues, confirms, charges, other
    }

    private let state = Mutex(State())

    func read(_ bytes: ByteBuffer, _ direction: Direction) -> [Piece] {
        state.withLock { state in
            switch direction {
            case .toServer: state.requests.split(bytes).map { Self.request($0, &state) }
            case .toClient: state.replies.split(bytes).map { Self.reply($0, &state) }
            }
        }
    }

    private static func request(_ frame: Frame, _ state: inout State) -> Piece {
        var moment: Moment?
        switch frame.kind {
        case Message.parse:
            var body = frame.body
            if let name = body.readNullTerminatedString() { state.statements[name] = body.readNullTerminatedString() }
        case Message.bind:
            var body = frame.body
            _ = body.readNullTerminatedString()
            let statement = body.readNullTerminatedString().flatMap { state.statements[$0] } ?? ""
            if let work = work(of: statement, body) { state.current = work }
        case Message.sync:
            moment =
                switch state.current {
                case .queues: .beforeQueuedCommit
                case .confirms: .beforeConfirmedCommit
                case .charges, .other: nil
                }
            state.sent.append(state.current)
            state.current = .other
        default: break
        }
        return Piece(bytes: frame.bytes, moment: moment)
    }

    private static func work(of statement: String, _ parameters: ByteBuffer) -> Work? {
        if statement.contains("INTO simulated_charges") { return .charges }
        guard statement.contains("INTO outbox") else { return nil }
        let text = String(decoding: parameters.readableBytesView, as: UTF8.self)
        return text.contains("usher.booking.confirmed") ? .confirms : text.contains("booking.queued") ? .queues : nil
    }

    private static func reply(_ frame: Frame, _ state: inout State) -> Piece {
        guard frame.kind == Message.readyForQuery, !state.sent.isEmpty else { return Piece(bytes: frame.bytes) }
        let moment: Moment? =
            switch state.sent.removeFirst() {
            case .queues: .afterQueuedCommit
            case .confirms: .afterConfirmedCommit
            case .charges: .afterCharge
            case .other: nil
            }
        return Piece(bytes: frame.bytes, moment: moment)
    }
}

/// A whole message.
private struct Frame {
    /// Zero for the first message of a client, which has none.
    let kind: UInt8
    let body: ByteBuffer
    let bytes: ByteBuffer
}

/// Puts messages together from what comes. What is not whole yet waits.
private struct FrameReader {
    private var buffer = ByteBuffer()
    private var hasStartup: Bool

    init(hasStartup: Bool) {
        self.hasStartup = hasStartup
    }

    mutating func split(_ bytes: ByteBuffer) -> [Frame] {
        var bytes = bytes
        buffer.writeBuffer(&bytes)
        var frames: [Frame] = []
        while let frame = next() { frames.append(frame) }
        buffer.discardReadBytes()
        return frames
    }

    private mutating func next() -> Frame? {
        let kindLength = hasStartup ? 0 : 1
        let start = buffer.readerIndex
        // The length counts itself, and not the kind.
        guard let length = buffer.getInteger(at: start + kindLength, as: UInt32.self),
            let whole = buffer.readSlice(length: kindLength + Int(length)),
            let body = whole.getSlice(at: kindLength + 4, length: Int(length) - 4)
        else { return nil }
        let kind: UInt8 = hasStartup ? 0 : whole.getInteger(at: 0) ?? 0
        hasStartup = false
        return Frame(kind: kind, body: body, bytes: whole)
    }
}
