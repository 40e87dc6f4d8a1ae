import Foundation
import LocalStack
import Logging
import Testing

@testable import Notifications

@Suite("Sending through a mail server", .timeLimit(.minutes(1)))
struct SMTPTransportTests {
    private func transport(_ url: String) throws -> SMTPTransport {
        SMTPTransport(configuration: try SMTPConfiguration(url: url), isUrgent: true)
    }

    private func failure(_ url: String) async throws -> MailError? {
        let transport = try transport(url)
        return await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
    }

    @Test("brings the mail over byte for byte, dots and all")
    func accepted() async throws {
        var mail = try BookingEvent().mail()
        mail.text = ".\n..\n.hidden\n\n."
        let taken = try await SMTPServer.run { server in
            try await transport("smtp://127.0.0.1:\(server.port)").send(mail)
        }
        #expect(taken.map(\.sender) == ["tickets@usher.example"])
        #expect(taken.map(\.recipients) == [["ada@example.org"]])
        #expect(taken.map(\.message) == [mail.mimeMessage])
    }

    @Test("uses a connection for mail after mail")
    func reuse() async throws {
        let taken = try await SMTPServer.run { server in
            let transport = try transport("smtp://127.0.0.1:\(server.port)")
            for _ in 0..<5 { try await transport.send(BookingEvent().mail()) }
        }
        #expect(taken.map(\.connection) == [0, 0, 0, 0, 0])
    }

    @Test("uses no more connections than allowed")
    func bounded() async throws {
        let taken = try await SMTPServer.run { server in
            var configuration = try SMTPConfiguration(url: "smtp://127.0.0.1:\(server.port)")
            configuration.maximumConnections = 3
            let transport = SMTPTransport(configuration: configuration, isUrgent: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 { group.addTask { try await transport.send(BookingEvent().mail()) } }
                try await group.waitForAll()
            }
        }
        #expect(taken.count == 30)
        #expect(Set(taken.map(\.connection)).count <= 3)
    }

    @Test("is tried again after 4xx, on the same transport, until the server takes the mail")
    func deferred() async throws {
        let behaviour = SMTPServer.Behaviour(rcpt: ["450 grey-listed"], data: ["451 later", "452 disk full"])
        let taken = try await SMTPServer.run(behaviour) { server in
            let delivery = MailDelivery(
                transport: try transport("smtp://127.0.0.1:\(server.port)"),
                inbox: InMemoryInbox(), retry: RetryPolicy(firstDelay: .milliseconds(1)), clock: ContinuousClock())
            let event = BookingEvent()
            #expect(await delivery.deliver(try event.mail(), of: try event.key, logging: [:]) == .sent)
        }
        #expect(taken.count == 1)
    }

    @Test(
        "fails for good after 5xx",
        arguments: [
            SMTPServer.Behaviour(rcpt: ["550 <ada@example.org> unknown"]), SMTPServer.Behaviour(data: ["554 spam"]),
        ])
    func rejected(_ behaviour: SMTPServer.Behaviour) async throws {
        let taken = try await SMTPServer.run(behaviour) { server in
            let error = try await failure("smtp://127.0.0.1:\(server.port)")
            #expect(error?.code == .rejected)
            #expect(error?.description.contains("ada") == false)
        }
        #expect(taken.isEmpty)
    }

    @Test("goes on after a mail was refused")
    func afterRejection() async throws {
        let taken = try await SMTPServer.run(.init(data: ["554 spam"])) { server in
            let transport = try transport("smtp://127.0.0.1:\(server.port)")
            await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
            try await transport.send(BookingEvent().mail())
        }
        #expect(taken.count == 1)
    }

    @Test("finds nobody listening: a failure to try again after")
    func unreachable() async throws {
        var port = 0
        _ = try await SMTPServer.run { port = $0.port }
        let error = try await failure("smtp://127.0.0.1:\(port)")
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("127.0.0.1:\(port)") == true)
    }

    @Test("signs in")
    func signIn() async throws {
        let behaviour = SMTPServer.Behaviour(user: "usher", password: "p:w")
        let taken = try await SMTPServer.run(behaviour) { server in
            try await transport("smtp://usher:p%3Aw@127.0.0.1:\(server.port)").send(BookingEvent().mail())
            // The mails are not to blame for a wrong password: they wait until somebody mends it.
            let wrong = try await failure("smtp://usher:secret@127.0.0.1:\(server.port)")
            #expect(wrong?.code == .unavailable)
            #expect(wrong?.description.contains("secret") == false)
            #expect(try await failure("smtp://127.0.0.1:\(server.port)")?.code == .unavailable)
        }
        #expect(taken.count == 1)
    }

    @Test("is encrypted where it must be, or does not happen")
    func startTLS() async throws {
        try await withTemporaryDirectory { path in
            let certificate = try Self.makeCertificate(in: path)
            let behaviour = SMTPServer.Behaviour(certificate: certificate, key: path + "/key.pem")
            let taken = try await SMTPServer.run(behaviour) { server in
                let url = "smtp://127.0.0.1:\(server.port)?starttls=required"
                try await transport("\(url)&ca=\(certificate)").send(BookingEvent().mail())
                #expect(try await failure(url)?.code == .unavailable, "nobody vouches for the certificate")
            }
            #expect(taken.map(\.isEncrypted) == [true])
        }
        let taken = try await SMTPServer.run { server in
            let error = try await failure("smtp://127.0.0.1:\(server.port)?starttls=required")
            #expect(error?.code == .unavailable)
        }
        #expect(taken.isEmpty)
    }

    @Test("signs in once the connection is encrypted, and never tells a password before")
    func signInEncrypted() async throws {
        try await withTemporaryDirectory { path in
            let certificate = try Self.makeCertificate(in: path)
            let behaviour = SMTPServer.Behaviour(
                user: "usher", password: "p:w", certificate: certificate, key: path + "/key.pem")
            let taken = try await SMTPServer.run(behaviour) { server in
                let url = "smtp://usher:p%3Aw@127.0.0.1:\(server.port)?ca=\(certificate)&starttls="
                try await transport(url + "required").send(BookingEvent().mail())
                #expect(try await failure(url + "none")?.code == .unavailable)
            }
            #expect(taken.map(\.isEncrypted) == [true])
        }
    }

    private static func makeCertificate(in directory: String) throws -> String {
        let certificate = directory + "/certificate.pem"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=usher test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/key.pem",
            "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        let exit = try process.start()
        exit.wait()
        try #require(process.terminationStatus == 0)
        return certificate
    }
}
