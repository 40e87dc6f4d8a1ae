import Testing
import TextFormats

@Suite struct Base64URLTests {
    @Test(
        arguments: [
            ([], ""), ([0], "AA"), ([0xFB, 0xFF], "-_8"), ([0xFF, 0xEF, 0xBE], "_---"),
            (Array("Spring Gala".utf8), "U3ByaW5nIEdhbGE"),
        ] as [([UInt8], String)])
    func `bytes as text, and back`(bytes: [UInt8], text: String) {
        #expect(Base64URL.text(of: bytes) == text)
        #expect(Base64URL.bytes(of: text) == bytes)
    }

    @Test(arguments: ["A", "AA==", "AB", "+/8", "A A", "AA\n", "é"])
    func `another text for the same bytes is none`(text: String) {
        #expect(Base64URL.bytes(of: text) == nil)
    }
}
