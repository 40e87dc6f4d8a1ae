@preconcurrency import Dispatch
import Glibc

/// Tells when a file has come into a folder (inotify).
struct FolderWatch {
    /// One element when something has come since the last one.
    let changes: AsyncStream<Void>

    init(_ path: String) throws {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0, inotify_add_watch(descriptor, path, UInt32(IN_MOVED_TO | IN_CLOSE_WRITE)) >= 0 else {
            throw CannotWatch(path: path, reason: String(cString: strerror(errno)))
        }
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler {
            var discarded = [UInt8](repeating: 0, count: 4_096)
            while read(descriptor, &discarded, discarded.count) > 0 {}
            continuation.yield()
        }
        source.setCancelHandler { close(descriptor) }
        continuation.onTermination = { _ in source.cancel() }
        source.resume()
        self.changes = changes
    }
}

private struct CannotWatch: Error {
    let path: String
    let reason: String
}
