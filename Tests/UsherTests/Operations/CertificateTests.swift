import Foundation
import LocalStack
import Testing

@testable import Usher

/// A server with a certificate.
@Suite(.timeLimit(.minutes(2))) struct CertificateTests {
    @Test func `the greeting says https, and SIGHUP takes a renewed certificate`() async throws {
        try await SelfSignedCertificate.with { files in
            let tls = ["USHER_HTTP_TLS_CERTIFICATE": files.certificate, "USHER_HTTP_TLS_KEY": files.key]
            try await ServerSettings.with([String: String].withoutKafka.merging(tls) { $1 }) { settings in
                let server = try await ServerProcess(settings)
                #expect(server.url.hasPrefix("https://127.0.0.1:"))
                let ask = [
                    "curl", "-sf", "--cacert", files.certificate, "--retry", "20", "--retry-all-errors",
                    "--retry-delay", "1", "-w", " %{http_version}", "\(server.url)/health/live",
                ]
                #expect(try await Command.run(ask) == #"{"status":"live"} 2"#)
                try await files.renew()
                server.reload()
                #expect(try await Command.run(ask) == #"{"status":"live"} 2"#)
                #expect(await server.stop() == .exited(0), "\(server.log)")
            }
        }
    }

    @Test func `a key of another certificate keeps the server from starting, in one sentence`() async throws {
        try await SelfSignedCertificate.with { one in
            try await SelfSignedCertificate.with { other in
                let tls = ["USHER_HTTP_TLS_CERTIFICATE": one.certificate, "USHER_HTTP_TLS_KEY": other.key]
                try await ServerSettings.with([String: String].withoutKafka.merging(tls) { $1 }) { settings in
                    let child = try ServerProcess.launch(settings)
                    #expect(await child.end() == .exited(1))
                    let errors = child.errorText.split(separator: "\n").filter { $0.hasPrefix("Error: ") }
                    #expect(
                        errors == [
                            "Error: The key in \(other.key) is not that of the certificate in \(one.certificate)."
                        ])
                }
            }
        }
    }

    @Test func `a certificate without a key is refused`() {
        #expect(throws: ConfigurationError.self) {
            try UsherConfiguration.load(environment: ["USHER_HTTP_TLS_CERTIFICATE": "a.pem"])
        }
    }
}
