import Foundation
import LocalStack
import PostgresDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresTLSTests {
    private static func withTLSServer<Value>(_ body: (OwnPostgres) async throws -> Value) async throws -> Value {
        let configuration = "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'"
        return try await OwnPostgres.withServer(configuration: configuration) { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try await makeCertificate(in: folder)
            for name in ["server.crt", "server.key"] {
                try await server.write(String(contentsOf: folder.appending(path: name), encoding: .utf8), to: name)
            }
        } _: { server in
            try await body(server)
        }
    }

    private static func makeCertificate(in folder: URL) async throws {
        try await Command.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", folder.appending(path: "server.key").path, "-out", folder.appending(path: "server.crt").path,
        ])
    }

    @Test func `statements go through an encrypted connection, large ones too`() async throws {
        try await Self.withTLSServer { server in
            try await withClient(server.url("sslmode=require")) { client in
                let rows = try await client.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                #expect(try rows[0].decode(0) == true)
                let bytes = [UInt8](repeating: 7, count: 3_000_000)
                #expect(try await client.execute(PostgresStatement("SELECT $1", [.bytes(bytes)]))[0].decode(0) == bytes)
            }
        }
    }

    @Test func `a certificate is verified against the given authority, and refused without it`() async throws {
        try await Self.withTLSServer { server in
            let certificate = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString).crt")
            defer { try? FileManager.default.removeItem(at: certificate) }
            try await server.read("server.crt").write(to: certificate, atomically: true, encoding: .utf8)
            try await withClient(server.url("sslmode=verify-full&sslrootcert=\(certificate.path)")) { client in
                try await client.ping()
            }
            let other = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: other) }
            try await Self.makeCertificate(in: other)
            let url = server.url("sslmode=verify-full&sslrootcert=\(other.path)/server.crt")
            try await withClient(url, configuring: { $0.connectTimeout = .milliseconds(200) }) { client in
                let error = try await connectionFailure(client)
                #expect("\(error)".contains("certificate verify failed"))
            }
        }
    }

    @Test func `a wrong password is a clear error without the password`() async throws {
        try await OwnPostgres.withServer { server in
            let url = server.url(password: "topsecret")
            try await withClient(url, configuring: { $0.connectTimeout = .milliseconds(200) }) { client in
                let error = try await connectionFailure(client)
                #expect("\(error)".contains("password authentication failed"))
                #expect(!"\(error)".contains("topsecret"))
            }
        }
    }
}
