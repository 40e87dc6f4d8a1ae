import Testing

@testable import Accounts

@Suite struct BcryptTests {
    /// From the test suites of Openwall's crypt_blowfish and jBCrypt; the passwords of fewer than eight bytes are left
    /// out, since `Password` refuses them.
    @Test(
        arguments: [
            ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
            ("abcdefghijklmnopqrstuvwxyz", "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."),
            ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
            (
                "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
            ),
        ])
    func `accepts the password of a published hash and no other`(text: String, hash: String) throws {
        #expect(Bcrypt.verify(try Password(text), against: hash))
        #expect(!Bcrypt.verify(try Password(text.dropLast() + "?"), against: hash))
    }

    @Test func `hashes with a new salt each time, in the 2b form and with the cost that was asked for`() throws {
        let password = try Password("correct horse")
        let first = try #require(Bcrypt.hash(password, cost: 4))
        let second = try #require(Bcrypt.hash(password, cost: 4))
        #expect(first.hasPrefix("$2b$04$"))
        #expect(first.utf8.count == 60)
        #expect(first != second)
        #expect(Bcrypt.verify(password, against: first))
        #expect(Bcrypt.verify(password, against: second))
    }

    @Test func `tells passwords apart that differ in their 72nd byte`() throws {
        let stem = String(repeating: "x", count: 71)
        let hash = try #require(Bcrypt.hash(Password(stem + "a"), cost: 4))
        #expect(Bcrypt.verify(try Password(stem + "a"), against: hash))
        #expect(!Bcrypt.verify(try Password(stem + "b"), against: hash))
    }

    @Test(arguments: ["", "*0", "$2b$", "$9z$10$abc", "plain text", "$2b$04$tooshort"])
    func `refuses every password when the hash is none`(hash: String) throws {
        #expect(!Bcrypt.verify(try Password("correct horse"), against: hash))
    }

    @Test(arguments: [4, 10]) func `works through the rounds of the hash that nothing matches`(cost: Int) throws {
        let hash = Bcrypt.unmatchableHash(cost: cost)
        let made = try #require(Bcrypt.hash(Password("correct horse"), cost: cost))
        #expect(hash.utf8.count == made.utf8.count)
        #expect(hash.prefix(7) == made.prefix(7))
        #expect(Bcrypt.isComputable(hash))
        #expect(!Bcrypt.verify(try Password("correct horse"), against: hash))
    }
}

extension Bcrypt {
    /// Whether libcrypt would run its rounds for this hash rather than refuse it at once.
    fileprivate static func isComputable(_ hash: String) -> Bool {
        crypt("correct horse", setting: hash) != nil
    }
}
