import Foundation
import LocalStack

/// A real SMTP server (aiosmtpd) in a process of its own, on a free loopback port.
struct SMTPServer {
    /// How it behaves.
    struct Behaviour: Encodable {
        /// Answers to RCPT, one after the other, then `250`.
        var rcpt: [String] = []
        /// Answers to whole messages, likewise.
        var data: [String] = []
        /// Who may send, and only after signing in.
        var user: String?
        var password: String?
        /// PEM files; with them the server offers STARTTLS and takes no mail without it.
        var certificate: String?
        var key: String?
    }

    /// A mail that it has taken.
    struct Taken: Decodable {
        let sender: String
        let recipients: [String]
        /// Which of the server's connections it came over.
        let connection: Int
        let isEncrypted: Bool
        private let content: String

        var message: [UInt8] { Data(base64Encoded: content).map(Array.init) ?? [] }
    }

    let port: Int

    /// Runs a server while `body` runs; returns the mails that it took.
    static func run(
        isolation: isolated (any Actor)? = #isolation, _ behaviour: Behaviour = Behaviour(),
        _ body: (SMTPServer) async throws -> Void
    ) async throws -> [Taken] {
        let settings = String(decoding: try JSONEncoder().encode(behaviour), as: UTF8.self)
        let (process, input, output) = Python.process(script, arguments: [settings])
        // aiosmtpd tells there of what the tests do to it on purpose.
        process.standardError = FileHandle.nullDevice
        let exit = try process.start()
        defer { process.terminate() }
        let firstLine = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(firstLine.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw DidNotStart(output: firstLine)
        }
        try await body(SMTPServer(port: port))
        // The end of its input ends it.
        try input.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        exit.wait()
        return try JSONDecoder().decode([Taken].self, from: printed)
    }

    private struct DidNotStart: Error {
        let output: String
    }

    private static let script = """
        import asyncio, base64, json, ssl, sys
        from aiosmtpd.smtp import AuthResult, SMTP

        settings = json.loads(sys.argv[1])
        taken, connections = [], []

        def answer(kind):
            return settings[kind].pop(0) if settings[kind] else "250 OK"

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                reply = answer("rcpt")
                if reply.startswith("250"):
                    envelope.rcpt_tos.append(address)
                return reply

            async def handle_DATA(self, server, session, envelope):
                if session.peer not in connections:
                    connections.append(session.peer)
                reply = answer("data")
                if reply.startswith("250"):
                    taken.append({
                        "sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                        "connection": connections.index(session.peer), "isEncrypted": session.ssl is not None,
                        "content": base64.b64encode(envelope.original_content).decode(),
                    })
                return reply

        def authenticate(server, session, envelope, mechanism, data):
            known = (settings["user"].encode(), settings["password"].encode())
            return AuthResult(success=(data.login, data.password) == known, handled=False)

        def connection():
            options = {}
            if "user" in settings:
                needs_tls = "certificate" in settings
                options |= dict(authenticator=authenticate, auth_required=True, auth_require_tls=needs_tls)
            if "certificate" in settings:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(settings["certificate"], settings["key"])
                options |= dict(tls_context=context, require_starttls=True)
            return SMTP(Handler(), **options)

        async def main():
            loop = asyncio.get_running_loop()
            server = await loop.create_server(connection, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await loop.run_in_executor(None, sys.stdin.read)
            server.close()
            print(json.dumps(taken))

        asyncio.run(main())
        """
}
