import Foundation
import Testing

@testable import Usher

@Suite struct DemoMailboxTests {
    @Test func `only e-mails to customers of the run count, each once`() throws {
        let folder = try Folder()
        defer { folder.remove() }
        var mailbox = DemoMailbox(directory: folder.path, run: "a1")
        mailbox.look()
        #expect(mailbox.count == 0)
        try folder.write("1.eml", "Subject: s\r\nTo: demo-a1-1@usher.example\r\n\r\nhello")
        try folder.write("2.eml", "To: demo-b2-1@usher.example\r\n\r\nTo: demo-a1-9@usher.example")
        try folder.write("3.eml.tmp", "To: demo-a1-3@usher.example\r\n\r\n")
        mailbox.look()
        mailbox.look()
        #expect(mailbox.count == 1)
        try folder.write("4.eml", "To: \(DemoMailbox.address(ofCustomer: 7, run: "a1"))\n\n")
        mailbox.look()
        #expect(mailbox.count == 2)
    }

    @Test func `the recipient is read from the header alone`() {
        for end in ["\r\n", "\n"] {
            let message = ["Subject: to: x", "To: a@usher.example", "", "To: b@usher.example"].joined(separator: end)
            #expect(DemoMailbox.recipient(of: message) == " a@usher.example")
            #expect(DemoMailbox.recipient(of: ["Subject: s", "", "To: b"].joined(separator: end)) == nil)
        }
    }

    @Test func `a folder that is not there is an empty one`() {
        var mailbox = DemoMailbox(directory: "/nowhere", run: "a1")
        mailbox.look()
        #expect(mailbox.count == 0)
    }

    private struct Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-mail-\(UUID())").path

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }
}
