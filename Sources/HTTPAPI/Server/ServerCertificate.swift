import NIOCore
import NIOSSL
import Synchronization

/// The server's certificate and its key, from PEM files.
public final class ServerCertificate: Sendable {
    private struct Pair: Sendable {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey

        var sources: [NIOSSLCertificateSource] { chain.map { .certificate($0) } }
    }

    private let certificatePath: String
    private let keyPath: String
    private let pair: Mutex<Pair>

    /// Reads the files.
    ///
    /// - Parameter certificatePath: The server's certificate first, then those between it and its root.
    /// - Throws: ``ServerCertificateError`` when a file cannot be read, or the key is another certificate's.
    public init(certificatePath: String, keyPath: String) throws(ServerCertificateError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        pair = Mutex(try Self.read(certificatePath, keyPath))
    }

    /// Reads the files again. New connections get the new certificate; after an error, the old one.
    public func reload() throws(ServerCertificateError) {
        let new = try Self.read(certificatePath, keyPath)
        pair.withLock { $0 = new }
    }

    /// When the certificate ends, in seconds since 1970.
    public var endsAt: Int { pair.withLock { $0.chain.first.map { Int($0.notValidAfter) } ?? 0 } }

    /// TLS 1.2 at least, with the certificate that is the present one at each handshake.
    var tlsConfiguration: TLSConfiguration {
        var configuration = Self.configuration(pair.withLock { $0 })
        configuration.sslContextCallback = { [self] _, promise in
            var present = NIOSSLContextConfigurationOverride()
            let pair = pair.withLock { $0 }
            present.certificateChain = pair.sources
            present.privateKey = .privateKey(pair.key)
            promise.succeed(present)
        }
        return configuration
    }

    private static func configuration(_ pair: Pair) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.sources, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }

    private static func read(_ certificatePath: String, _ keyPath: String) throws(ServerCertificateError) -> Pair {
        let pair = Pair(
            chain: try attempt(
                "The certificate file \(certificatePath) cannot be used: it must be there, readable, and PEM."
            ) {
                let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
                return chain.isEmpty ? nil : chain
            },
            key: try attempt(
                "The key file \(keyPath) cannot be used: it must be there, readable, and PEM without a passphrase."
            ) {
                try NIOSSLPrivateKey(file: keyPath, format: .pem)
            })
        // BoringSSL says only whether the two fit when it gets both.
        _ = try attempt("The key in \(keyPath) is not that of the certificate in \(certificatePath).") {
            try NIOSSLContext(configuration: configuration(pair))
        }
        return pair
    }

    private static func attempt<Value>(
        _ failure: String, _ body: () throws -> Value?
    ) throws(ServerCertificateError) -> Value {
        do {
            if let value = try body() { return value }
            throw ServerCertificateError(message: failure, cause: nil)
        } catch let error as ServerCertificateError {
            throw error
        } catch {
            throw ServerCertificateError(message: failure, cause: error)
        }
    }
}

/// Why a certificate cannot be used.
public struct ServerCertificateError: Error, Sendable, CustomStringConvertible {
    /// Which file, and what is wanted of it.
    public let message: String
    /// What went wrong underneath.
    public let cause: (any Error)?

    /// The message.
    public var description: String { message }
}
