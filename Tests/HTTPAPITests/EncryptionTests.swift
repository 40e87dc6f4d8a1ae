import Foundation
import HTTPAPI
import LocalStack
import Testing

/// TLS, with HTTP/1.1 and HTTP/2 over it, tried with curl.
@Suite("Encryption", .timeLimit(.minutes(1)))
struct EncryptionTests {
    private func withServer(
        bodyTimeout: Duration = .seconds(10), idleTimeout: Duration = .seconds(60),
        _ body:
            @escaping @Sendable (_ port: Int, _ files: SelfSignedCertificate, _ inUse: ServerCertificate) async throws
            -> Void
    ) async throws {
        try await SelfSignedCertificate.with { files in
            let certificate = try ServerCertificate(certificatePath: files.certificate, keyPath: files.key)
            var configuration = HTTPConfiguration(port: 0, idleTimeout: idleTimeout, bodyTimeout: bodyTimeout)
            configuration.certificate = certificate
            try await TestAPI(configuration: configuration).withServer { port, _ in
                try await body(port, files, certificate)
            }
        }
    }

    /// - Returns: The body, the protocol's version and the status, each in a line.
    private func curl(_ arguments: String..., port: Int, path: String, trusting files: SelfSignedCertificate)
        async throws -> String
    {
        try await Command.run(
            ["curl", "-s", "--cacert", files.certificate, "-w", "\n%{http_version} %{http_code}"] + arguments
                + ["https://localhost:\(port)\(path)", "--resolve", "localhost:\(port):127.0.0.1"])
    }

    @Test(arguments: [("--http1.1", "1.1"), ("--http2", "2")])
    func `a client chooses its protocol`(option: String, version: String) async throws {
        try await withServer { port, files, _ in
            let answer = try await curl(option, port: port, path: "/health/live", trusting: files)
            #expect(answer == "{\"status\":\"live\"}\n\(version) 200")
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `a body that does not come is refused`(option: String) async throws {
        try await withServer(bodyTimeout: .milliseconds(50)) { port, files, _ in
            // A pipe that its own reader keeps open never ends.
            let answer = try await Command.run([
                "bash", "-c",
                """
                mkfifo "$0.pipe" && exec 3<>"$0.pipe" && curl -s "$1" --cacert "$0" -X POST -T . <&3 -w ' %{http_code}' \
                    -H 'Content-Type: application/json' https://localhost:\(port)/api/users/login
                """, files.certificate, option,
            ])
            #expect(answer.contains("request_timeout"))
            #expect(answer.hasSuffix(" 408"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `a body that is too large is refused`(option: String) async throws {
        try await withServer { port, files, _ in
            let body = String(repeating: "x", count: 100_000)
            let answer = try await curl(
                option, "-H", "Content-Type: application/json", "-d", body, port: port, path: "/api/users/login",
                trusting: files)
            #expect(answer.contains("body_too_large"))
            #expect(answer.hasSuffix(" 413"))
        }
    }

    /// - Parameter program: What writes the body, until nobody reads it any more.
    @Test(arguments: [
        ("--http1.1", "yes", "body_too_large", "413"), ("--http2", "yes", "body_too_large", "413"),
        ("--http1.1", "while printf x; do sleep 0.01; done", "request_timeout", "408"),
        ("--http2", "while printf x; do sleep 0.01; done", "request_timeout", "408"),
    ])
    func `a body without end is refused, whether it comes fast or drop by drop`(
        option: String, program: String, code: String, status: String
    ) async throws {
        try await withServer(bodyTimeout: .seconds(1)) { port, files, _ in
            let answer = try await Command.run([
                "bash", "-c",
                """
                { \(program); } 2>/dev/null | curl -s "$1" --cacert "$0" -X POST -T - -w ' %{http_code}' \
                    -H Expect: -H 'Content-Type: application/json' https://localhost:\(port)/api/users/login
                """, files.certificate, option,
            ])
            #expect(answer.contains(code), "\(answer)")
            #expect(answer.hasSuffix(" \(status)"), "\(answer)")
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `header fields that are too large are refused`(option: String) async throws {
        try await withServer { port, files, _ in
            let field = "X-Large: \(String(repeating: "x", count: 40_000))"
            await #expect(throws: (any Error).self) {
                let answer = try await curl(
                    "-f", option, "-H", field, port: port, path: "/health/live", trusting: files)
                Issue.record("It was answered: \(answer)")
            }
            let answer = try await curl(option, port: port, path: "/health/live", trusting: files)
            #expect(answer.hasSuffix(" 200"))
        }
    }

    @Test func `TLS before 1.2 is refused`() async throws {
        try await withServer { port, files, _ in
            await #expect(throws: (any Error).self) {
                try await curl("--tls-max", "1.1", port: port, path: "/health/live", trusting: files)
            }
        }
    }

    @Test func `a handshake has to come in time`() async throws {
        try await withServer(idleTimeout: .milliseconds(50)) { port, _, _ in
            let answer = try await RawConnection(port: port).exchange("")
            #expect(answer.isEmpty)
        }
    }

    @Test func `a renewed certificate is taken when it is read again, and a bad one is not`() async throws {
        try await withServer { port, files, inUse in
            try await files.renew()
            await #expect(throws: (any Error).self) {
                try await curl(port: port, path: "/health/live", trusting: files)
            }
            try inUse.reload()
            #expect(try await curl(port: port, path: "/health/live", trusting: files).hasSuffix(" 200"))

            try Data("no key".utf8).write(to: URL(filePath: files.key))
            #expect(throws: ServerCertificateError.self) { try inUse.reload() }
            #expect(try await curl(port: port, path: "/health/live", trusting: files).hasSuffix(" 200"))
        }
    }

    @Test func `another certificate's key is told at once`() async throws {
        try await SelfSignedCertificate.with { one in
            try await SelfSignedCertificate.with { other in
                let error = #expect(throws: ServerCertificateError.self) {
                    try ServerCertificate(certificatePath: one.certificate, keyPath: other.key)
                }
                #expect(error?.message.contains("is not that of the certificate") == true)
            }
        }
    }

    @Test func `a file that is not there is named`() {
        let error = #expect(throws: ServerCertificateError.self) {
            try ServerCertificate(certificatePath: "nowhere.pem", keyPath: "nowhere.key")
        }
        #expect(error?.message.contains("nowhere.pem") == true)
    }
}
