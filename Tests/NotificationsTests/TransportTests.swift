import Foundation
import Testing

@testable import Notifications

@Suite("The mail folder", .timeLimit(.minutes(1)))
struct MaildirTransportTests {
    @Test("gets one whole file for a mail, readable to its owner alone")
    func file() async throws {
        try await withTemporaryDirectory { path in
            let folder = path + "/new/mails"
            let mail = try BookingEvent().mail()
            try await MaildirTransport(directory: folder).send(mail)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["17-1042.eml"])
            let written = try Data(contentsOf: URL(filePath: folder + "/17-1042.eml"))
            #expect(Array(written) == mail.mimeMessage)
            let permissions = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(permissions == 0o700)
        }
    }

    @Test("has one file for a mail that comes again")
    func duplicate() async throws {
        try await withTemporaryDirectory { path in
            let transport = try MaildirTransport(directory: path)
            let mail = try BookingEvent().mail()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await transport.send(mail) } }
                try await group.waitForAll()
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["17-1042.eml"])
        }
    }

    @Test("that goes away is a failure to try again after, told with the file")
    func gone() async throws {
        try await withTemporaryDirectory { path in
            let transport = try MaildirTransport(directory: path + "/gone")
            try FileManager.default.removeItem(atPath: path + "/gone")
            let error = await #expect(throws: MailError.self) { try await transport.send(BookingEvent().mail()) }
            #expect(error?.isTransient == true)
            #expect(error?.description.contains("17-1042.eml") == true)
        }
    }

    @Test("that cannot be made is told at start")
    func unmakeable() throws {
        #expect(throws: MailError.self) { try MaildirTransport(directory: "/dev/null/mails") }
    }
}

@Suite("The mail server's URL")
struct SMTPConfigurationTests {
    @Test("names the server, the user and the way of encryption")
    func parts() throws {
        let full = try SMTPConfiguration(url: "smtp://us%40er:p%3Aw@mail.example.org:2525?starttls=required&ca=/ca.pem")
        #expect(full.host == "mail.example.org")
        #expect(full.port == 2525)
        #expect(full.user == "us@er")
        #expect(full.password == "p:w")
        #expect(full.encryption == .required)
        #expect(full.authorities == "/ca.pem")
        #expect(full.server == "smtp://mail.example.org:2525")
    }

    @Test(
        "has safe defaults",
        arguments: [
            ("smtp://mail.example.org", 25, .opportunistic), ("smtp://u:p@mail.example.org", 587, .required),
            ("smtps://mail.example.org", 465, .immediate), ("smtp://u:p@127.0.0.1:25", 25, .opportunistic),
            ("smtp://u:p@mail.example.org?starttls=none", 587, .none), ("smtp://[::1]:2525", 2525, .opportunistic),
        ] as [(String, Int, SMTPConfiguration.Encryption)])
    func defaults(_ url: String, _ port: Int, _ encryption: SMTPConfiguration.Encryption) throws {
        let configuration = try SMTPConfiguration(url: url)
        #expect(configuration.port == port)
        #expect(configuration.encryption == encryption)
    }

    @Test(
        "is refused without telling the password",
        arguments: [
            "", "mail.example.org", "http://u:secret@h", "smtp://", "smtp://u:secret@h?starttls=maybe",
            "smtp://u:secret@h?starttls=immediate", "smtps://u:secret@h?starttls=none", "smtp://u:secret@h?color=red",
        ])
    func refused(_ url: String) throws {
        let error = #expect(throws: MailError.self) { try SMTPConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("secret") == false)
    }
}
