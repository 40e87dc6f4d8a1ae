import NIOCore
import Synchronization

enum Direction: Sendable {
    case toServer, toClient
}

/// A moment in the life of a booking that can be seen from outside, in what goes over the wire.
enum Moment: String, Hashable, Sendable, CaseIterable {
    /// The statements that queue a booking have gone out, but not what commits them.
    case beforeQueuedCommit
    /// They are committed, and the server has not heard of it.
    case afterQueuedCommit
    /// The statements that confirm a booking have gone out, but not what commits them.
    case beforeConfirmedCommit
    /// They are committed, and the server has not heard of it.
    case afterConfirmedCommit
    /// The simulated gateway has booked a charge, and the server has not heard of it.
    case afterCharge
    /// The server has said 202, and the customer has not heard it.
    case beforeAnswer
}

/// Bytes, and the moment that they would let pass.
struct Piece {
    let bytes: ByteBuffer
    var moment: Moment?
}

/// Knows a protocol well enough to tell the moments in it. One for each connection.
protocol Watcher: Sendable {
    /// Cuts what was read into pieces, so that each moment begins one.
    func read(_ bytes: ByteBuffer, _ direction: Direction) -> [Piece]
}

/// Sees nothing.
struct BlindWatcher: Watcher {
    func read(_ bytes: ByteBuffer, _ direction: Direction) -> [Piece] { [Piece(bytes: bytes)] }
}

/// Sees that a booking was accepted.
struct HTTPWatcher: Watcher {
    func read(_ bytes: ByteBuffer, _ direction: Direction) -> [Piece] {
        let isAccepted = direction == .toClient && bytes.readableBytesView.starts(with: Array("HTTP/1.1 202".utf8))
        return [Piece(bytes: bytes, moment: isAccepted ? .beforeAnswer : nil)]
    }
}

/// Waits for a moment, and then holds its connection still.
final class Trap: Sendable {
    let moment: Moment

    private let shutting: AsyncStream<Link>
    private let shut: AsyncStream<Link>.Continuation
    private let link = Mutex<Link?>(nil)

    init(_ moment: Moment) {
        self.moment = moment
        (shutting, shut) = AsyncStream.makeStream()
    }

    /// Whether it has caught its moment; false when it was taken away.
    var hasShut: Bool { link.withLock { $0 != nil } }

    /// Lets the connection go on.
    func release() {
        link.withLock { $0 }?.resume()
    }

    /// Breaks the connection.
    func cut() {
        link.withLock { $0 }?.close()
    }

    func shut(on link: Link) {
        self.link.withLock { $0 = link }
        shut.yield(link)
        shut.finish()
    }

    func giveUp() { shut.finish() }

    func isShut() async {
        for await _ in shutting { return }
    }
}
