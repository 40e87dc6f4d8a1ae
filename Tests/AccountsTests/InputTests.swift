import Testing

@testable import Accounts

@Suite struct InputTests {
    @Test(
        arguments: [
            ("ada@example.com", "ada@example.com"),
            ("  Ada.Lovelace@Example.COM \n", "ada.lovelace@example.com"),
            ("o'hara+tickets@mail.example.co.uk", "o'hara+tickets@mail.example.co.uk"),
            ("post@xn--bcher-kva.example", "post@xn--bcher-kva.example"),
        ])
    func `normalises an address`(raw: String, expected: String) throws {
        #expect(try EmailAddress(raw).text == expected)
    }

    @Test(
        arguments: [
            "", " ", "ada", "@example.com", "ada@", "ada@localhost", "ada@example..com", "ada@.com", "ada@-a.com",
            "a da@example.com", "ada@exam ple.com", "ada@b@example.com", ".ada@example.com", "ada.@example.com",
            "a..b@example.com", "\"ada\"@example.com", "<ada@example.com>", "ada@example.com\r\nBcc: all@example.com",
            "ada\u{0}@example.com", "ädä@example.com", "ada@exämple.com", "ada@[127.0.0.1]", "a,b@example.com",
        ])
    func `refuses what is no address`(raw: String) {
        let error = #expect(throws: AccountsError.self) { try EmailAddress(raw) }
        #expect(error?.code == .invalidEmail)
        #expect(error?.field == "email")
    }

    @Test func `accepts an address of 254 characters and no longer one`() throws {
        let local = String(repeating: "a", count: 64)
        let label = String(repeating: "b", count: 61)
        let address = "\(local)@\(label).\(label).\(label).com"
        #expect(address.utf8.count == 254)
        #expect(try EmailAddress(address).text == address)
        #expect(throws: AccountsError.self) { try EmailAddress(address.replacing(".com", with: ".come")) }
        #expect(throws: AccountsError.self) { try EmailAddress("a" + local + "@example.com") }
    }

    @Test(arguments: ["12345678", String(repeating: "x", count: 72), "ééééé", String(repeating: "é", count: 36)])
    func `accepts passwords of 8 to 72 bytes`(text: String) throws {
        #expect(try Password(text).text == text)
    }

    @Test(arguments: [
        "", "1234567", String(repeating: "x", count: 73), String(repeating: "é", count: 37), "1234\u{0}5678",
    ])
    func `refuses passwords that bcrypt would not take whole`(text: String) {
        let error = #expect(throws: AccountsError.self) { try Password(text) }
        #expect(error?.code == .invalidPassword)
        #expect(error?.field == "password")
    }
}
