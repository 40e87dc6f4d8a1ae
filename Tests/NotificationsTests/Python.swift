import Foundation
import LocalStack

/// Scripts in Python, whose `email` and `aiosmtpd` judge our mails independently.
enum Python {
    private static var executable: URL {
        URL(filePath: ProcessInfo.processInfo.environment["STACK_PYTHON"] ?? "/usr/bin/python3")
    }

    /// A script as a process, not started, with pipes for its input and output.
    static func process(_ script: String, arguments: [String] = []) -> (process: Process, input: Pipe, output: Pipe) {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = ["-c", script] + arguments
        process.standardInput = input
        process.standardOutput = output
        return (process, input, output)
    }

    /// What a script prints, read as JSON.
    static func run<Output: Decodable>(_ script: String, input bytes: [UInt8]) throws -> Output {
        let (process, input, output) = process(script)
        let exit = try process.start()
        try input.fileHandleForWriting.write(contentsOf: bytes)
        try input.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        exit.wait()
        return try JSONDecoder().decode(Output.self, from: printed)
    }
}

/// A mail as Python's `email` package understands it.
struct ParsedMail: Decodable, Equatable {
    struct Part: Decodable, Equatable {
        let type: String
        let content: String
    }

    struct Attachment: Decodable, Equatable {
        let name: String
        let type: String
        private let content: String

        var bytes: [UInt8] { Data(base64Encoded: content).map(Array.init) ?? [] }
    }

    let from: [[String]]
    let to: [[String]]
    let subject: String
    let date: String
    let messageID: String
    let type: String
    let headers: [String]
    /// The alternatives.
    let parts: [Part]
    let attachments: [Attachment]
    /// What the parser had to forgive.
    let defects: [String]

    init(_ message: [UInt8]) throws {
        self = try Python.run(
            """
            import base64, email, email.policy, json, sys
            raw = sys.stdin.buffer.read()
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            people = lambda name: [[a.display_name, a.addr_spec] for a in mail[name].addresses]
            defects = [str(d) for part in mail.walk() for d in part.defects]
            defects += [str(d) for value in mail.values() for d in value.defects]
            defects += [f"long line {n}" for n, line in enumerate(raw.split(b"\\r\\n")) if len(line) > 78]
            if b"\\n" in raw.replace(b"\\r\\n", b""): defects.append("bare line feed")
            if b"\\r" in raw.replace(b"\\r\\n", b""): defects.append("bare carriage return")
            if any(byte > 126 for byte in raw): defects.append("not ASCII")
            alternatives = mail if mail.get_content_subtype() == "alternative" else next(mail.iter_parts())
            print(json.dumps({
                "from": people("From"), "to": people("To"), "subject": mail["Subject"],
                "date": mail["Date"].datetime.isoformat(), "messageID": mail["Message-ID"],
                "type": mail.get_content_type(), "headers": mail.keys(), "defects": defects,
                "parts": [
                    {"type": part.get_content_type(), "content": part.get_content().replace("\\r\\n", "\\n")}
                    for part in alternatives.iter_parts()
                ],
                "attachments": [
                    {"name": part.get_filename(), "type": part.get_content_type(),
                     "content": base64.b64encode(part.get_payload(decode=True)).decode()}
                    for part in mail.iter_attachments() if part.is_attachment()
                ],
            }))
            """, input: message)
    }
}
