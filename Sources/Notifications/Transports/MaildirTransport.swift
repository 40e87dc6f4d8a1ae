internal import Foundation
internal import NIOPosix

/// Writes each mail to a folder, as a file that any mail program opens: for development and tests.
///
/// A file is `<mail id>.eml`. It appears whole or not at all, and a mail that comes again overwrites its file.
public struct MaildirTransport: MailTransport {
    private let directory: URL

    /// Makes the folder, readable to its owner alone, where there is none yet.
    ///
    /// - Throws: `configuration` when the folder cannot be made.
    public init(directory: String) throws(MailError) {
        self.directory = URL(filePath: directory, directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(
                at: self.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw MailError(
                .configuration, "The mail folder \(directory) cannot be made; check its path and permissions",
                cause: error)
        }
    }

    /// Writes the mail's file.
    ///
    /// - Throws: `unavailable` when the file cannot be written.
    public func send(_ mail: Mail) async throws {
        let file = directory.appending(path: "\(mail.id).eml", directoryHint: .notDirectory)
        try await NIOThreadPool.singleton.runIfActive {
            do {
                // Atomic: a temporary file in the same folder, synchronized with the disk, then a rename.
                try Data(mail.mimeMessage).write(to: file, options: .atomic)
            } catch {
                throw MailError(
                    .unavailable, "The mail file \(file.path) cannot be written; check the folder and its disk",
                    cause: error)
            }
        }
    }
}
