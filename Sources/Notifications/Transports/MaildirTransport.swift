internal import Foundation

/// Writes each mail to a folder, as a file that any mail program opens: for development and tests.
///
/// A file is `<mail id>.eml`. It appears whole or not at all, and a mail that comes again overwrites its file.
public struct MaildirTransport: MailTransport {
    private let writes: Batches<Mail, Result<Void, MailError>>

    /// Makes the folder, readable to its owner alone, where there is none yet.
    ///
    /// - Parameter isUrgent: Whether its mails are written at once, however busy the machine is.
    /// - Throws: `configuration` when the folder cannot be made.
    public init(directory: String, isUrgent: Bool = false) throws(MailError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw MailError(
                .configuration, "The mail folder \(directory) cannot be made; check its path and permissions",
                cause: error)
        }
        let folder = MailFolder(path: directory)
        let threads = MailThreads(count: 1, areUrgent: isUrgent)
        writes = Batches { mails in try await threads.run { folder.write(mails) } }
    }

    /// Writes the mail's file, together with those of others who send meanwhile.
    ///
    /// - Throws: `unavailable` when the file cannot be written.
    public func send(_ mail: Mail) async throws {
        try await writes.add(mail).get()
    }
}
