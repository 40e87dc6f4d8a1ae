import Testing

@testable import Notifications

@Suite("Calling a function", .timeLimit(.minutes(1)))
struct FunctionTransportTests {
    private func transport(_ url: String) throws -> FunctionTransport {
        var configuration = try FunctionConfiguration(url: url)
        configuration.allowsPrivateAddresses = true
        return FunctionTransport(configuration: configuration, isUrgent: true)
    }

    private func failure(_ url: String) async throws -> MailError? {
        let transport = try transport(url)
        return await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
    }

    @Test("brings it all that it needs to tell the customer")
    func call() async throws {
        let mail = try BookingEvent().mail()
        let requests = try await FunctionServer.run { server in
            try await transport("http://us%40er:p%3Aw@127.0.0.1:\(server.port)/function/mail?key=k").send(mail)
        }
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.method == "POST")
        #expect(request.path == "/function/mail?key=k")
        #expect(request.type == "application/json")
        #expect(request.authorization == "Basic dXNAZXI6cDp3")
        #expect(request.body.id == "17-1042")
        #expect(request.body.event == "usher.booking.confirmed")
        #expect(request.body.to == "ada@example.org")
        #expect(request.body.subject == mail.subject)
        #expect(request.body.body == mail.text)
        #expect(request.body.tickets.map(\.place) == mail.tickets.map(\.place))
        #expect(request.body.tickets.map(\.token) == mail.tickets.map(\.token))
    }

    @Test("succeeds with any 2xx", arguments: [200, 202, 204, 299])
    func success(_ status: Int) async throws {
        _ = try await FunctionServer.run(answering: [status]) { server in
            try await transport("http://127.0.0.1:\(server.port)").send(BookingEvent().mail())
        }
    }

    @Test(
        "fails for good, or for now, as the status says",
        arguments: [
            (400, .rejected), (404, .rejected), (422, .rejected), (408, .deferred), (429, .deferred),
            (500, .unavailable), (503, .unavailable), (301, .unavailable), (307, .unavailable),
        ] as [(Int, MailError.Code)])
    func failure(_ status: Int, _ code: MailError.Code) async throws {
        let requests = try await FunctionServer.run(answering: [status]) { server in
            let error = try await failure("http://user:secret@127.0.0.1:\(server.port)/f?key=hidden")
            #expect(error?.code == code)
            #expect(error?.description.contains("127.0.0.1:\(server.port)/f") == true)
            #expect(error?.description.contains("\(status)") == true)
            for secret in ["secret", "hidden", "ada"] { #expect(error?.description.contains(secret) == false) }
        }
        #expect(requests.count == 1, "a redirect is not followed")
    }

    @Test("goes on after a failure, with many calls at a time")
    func many() async throws {
        let requests = try await FunctionServer.run(answering: [500, 400]) { server in
            let transport = try transport("http://127.0.0.1:\(server.port)")
            for _ in 0..<2 {
                await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<30 { group.addTask { try await transport.send(BookingEvent().mail()) } }
                try await group.waitForAll()
            }
        }
        #expect(requests.count == 32)
    }

    @Test("that does not answer in time is tried again later")
    func timeout() async throws {
        _ = try await FunctionServer.run(answering: [0]) { server in
            var configuration = try FunctionConfiguration(url: "http://127.0.0.1:\(server.port)")
            configuration.allowsPrivateAddresses = true
            configuration.timeout = .milliseconds(200)
            let transport = FunctionTransport(configuration: configuration, isUrgent: true)
            let error = await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
            #expect(error?.code == .unavailable)
        }
    }

    @Test("finds nobody listening: a failure to try again after")
    func unreachable() async throws {
        var port = 0
        _ = try await FunctionServer.run { port = $0.port }
        #expect(try await failure("http://127.0.0.1:\(port)")?.code == .unavailable)
    }

    @Test(
        "goes to no address that the internet does not lead to, unless that is meant",
        arguments: ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
    func privateAddress(_ host: String) async throws {
        let requests = try await FunctionServer.run { server in
            let transport = FunctionTransport(
                configuration: try FunctionConfiguration(url: "http://\(host):\(server.port)/f"))
            let error = await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("USHER_HTTP_ALLOW_PRIVATE_URLS") == true, "\(String(describing: error))")
        }
        #expect(requests.isEmpty)
    }

    @Test(
        "needs a URL, which is refused without telling the password",
        arguments: ["", "127.0.0.1", "ftp://u:secret@h", "http://", "http:///f", "smtp://u:secret@h"])
    func refused(_ url: String) {
        let error = #expect(throws: MailError.self) { try FunctionConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("secret") == false)
    }
}
