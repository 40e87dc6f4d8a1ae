import Foundation

/// A certificate for `localhost` that nobody else has signed, in files of a temporary folder.
public struct SelfSignedCertificate: Sendable {
    private let folder: URL

    public var certificate: String { folder.appending(path: "certificate.pem").path }
    public var key: String { folder.appending(path: "key.pem").path }

    /// Gives `body` a new certificate, and deletes it afterwards.
    public static func with<Result>(
        isolation: isolated (any Actor)? = #isolation, days: Int = 30,
        _ body: (SelfSignedCertificate) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "usher-certificate-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = SelfSignedCertificate(folder: folder)
        try await certificate.renew(days: days)
        return try await body(certificate)
    }

    /// Writes another certificate, with another key, into the same files.
    public func renew(days: Int = 30) async throws {
        try await Command.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-days", "\(days)", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ])
    }
}
