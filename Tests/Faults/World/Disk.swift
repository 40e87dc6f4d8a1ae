import Foundation
import LocalStack

/// A small disk in memory for PostgreSQL, which can be filled to its last byte.
struct Disk: Sendable {
    /// Enough for a cluster and what a scenario writes.
    private static let size = "192m"

    let folder: URL
    private var ballast: URL { folder.appending(path: "ballast") }

    /// Mounts a disk while `body` runs.
    ///
    /// - Throws: `Skipped` when this user may not mount.
    static func mounted<Result>(_ body: (Disk) async throws -> Result) async throws -> Result {
        guard geteuid() == 0 else { throw Skipped(reason: "needs root, to mount a small disk") }
        let disk = Disk(folder: FileManager.default.temporaryDirectory.appending(path: "usher-disk-\(UUID())"))
        try FileManager.default.createDirectory(at: disk.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: disk.folder) }
        do {
            try await Command.run([
                "mount", "-t", "tmpfs", "-o", "size=\(size),mode=755", "tmpfs", disk.folder.path,
            ])
        } catch {
            throw Skipped(reason: "needs the right to mount a small disk: \(error)")
        }
        do {
            let result = try await body(disk)
            try await disk.unmount()
            return result
        } catch {
            try await disk.unmount()
            throw error
        }
    }

    /// PostgreSQL's processes may take a moment to go.
    private func unmount() async throws {
        try await Command.run(["umount", "--lazy", folder.path])
    }

    /// Takes all that is left.
    func fill() throws {
        try Data().write(to: ballast)
        let file = try FileHandle(forWritingTo: ballast)
        for size in [1 << 20, 1 << 12] {
            let piece = Data(count: size)
            while (try? file.write(contentsOf: piece)) != nil {}
        }
        try file.close()
    }

    /// Gives it back.
    func clear() throws {
        try FileManager.default.removeItem(at: ballast)
    }
}
