import Booking
import NIOCore

/// The readers of an event's seats on one event loop. Lives on that loop.
final class SeatReaders {
    private final class Reader {
        let stream: StreamHandler
        /// The version up to which it was told everything.
        var seen: UInt64

        init(stream: StreamHandler, seen: UInt64) {
            self.stream = stream
            self.seen = seen
        }
    }

    private var readers: [ObjectIdentifier: Reader] = [:]
    private var window: SeatWindow

    init(window: SeatWindow) {
        self.window = window
    }

    /// Adds a reader, which `bytes` bring up to the window's version.
    func add(_ stream: StreamHandler, _ bytes: [ByteBuffer], window: SeatWindow) {
        guard stream.isOpen else { return }
        self.window = window
        let id = ObjectIdentifier(stream)
        readers[id] = Reader(stream: stream, seen: window.version)
        stream.onWritable = { [weak self] in self?.bringUpToDate(id) }
        stream.onClose = { [weak self] in self?.readers[id] = nil }
        for buffer in bytes { stream.write(buffer) }
    }

    /// Writes the window's newest frame. A reader that is still full of earlier ones is told later, in one frame, what it
    /// has missed by then.
    func send(_ frame: ByteBuffer, window: SeatWindow) {
        self.window = window
        let versionBefore = window.versionBeforeNewest
        // A copy, since a reader that is dropped leaves at once.
        for reader in Array(readers.values) where reader.stream.isWritable {
            if reader.seen >= versionBefore {
                reader.stream.write(frame)
                reader.seen = window.version
            } else {
                bringUpToDate(reader)
            }
        }
    }

    /// Begins anew, with an inventory that has been brought into memory again.
    func restart(_ snapshot: ByteBuffer, window: SeatWindow) {
        self.window = window
        for reader in readers.values {
            reader.stream.write(snapshot)
            reader.seen = window.version
        }
    }

    func endAll() {
        for reader in Array(readers.values) { reader.stream.end() }
    }

    private func bringUpToDate(_ id: ObjectIdentifier) {
        if let reader = readers[id] { bringUpToDate(reader) }
    }

    private func bringUpToDate(_ reader: Reader) {
        guard reader.seen < window.version else { return }
        // What is too long ago to be known can be seen only by coming again.
        guard let missed = window.changes(since: reader.seen) else { return reader.stream.drop() }
        if !missed.units.isEmpty { reader.stream.write(window.event(missed)) }
        reader.seen = window.version
    }
}
