internal import Glibc

/// A folder with a file for each mail, which appears whole or not at all and outlives a crash of the machine.
struct MailFolder: Sendable {
    let path: String

    /// Writes files, and tells of each whether it is safe. Their names are made safe together.
    func write(_ mails: [Mail]) -> [Result<Void, MailError>] {
        let files = mails.map { mail in Result { () throws(MailError) in try write(mail) } }
        do throws(MailError) {
            try synchronize()
            return files
        } catch {
            return files.map { $0.flatMap { .failure(error) } }
        }
    }

    /// Writes a file under another name, has the disk keep it, and renames it.
    private func write(_ mail: Mail) throws(MailError) {
        let file = "\(path)/\(mail.id).eml"
        // Of this process alone: another may be about to write the same mail.
        let draft = "\(path)/.\(mail.id).\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(file) }
        defer { close(descriptor) }
        guard Self.write(mail.mimeMessage, to: descriptor), fsync(descriptor) == 0, rename(draft, file) == 0 else {
            let failure = Self.failure(file)
            unlink(draft)
            throw failure
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    private func synchronize() throws(MailError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> MailError {
        let reason = String(cString: strerror(errno))
        return MailError(.unavailable, "\(path) cannot be written (\(reason)); check the mail folder and its disk")
    }
}
