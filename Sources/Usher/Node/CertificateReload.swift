import HTTPAPI
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate's files again on SIGHUP, so that one can be renewed without a restart.
struct CertificateReload: Service {
    let certificate: ServerCertificate
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                try certificate.reload()
                logger.notice("The certificate was read again")
            } catch {
                logger.error("The certificate stays as it was", metadata: ["error": "\(error)"])
            }
        }
    }
}
