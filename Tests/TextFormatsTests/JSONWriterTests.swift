import Foundation
import Testing
import TextFormats

@Suite struct JSONWriterTests {
    @Test func `objects, arrays and their separators`() {
        var json = JSONWriter()
        json.object { json in
            json.member("name", "Spring Gala")
            json.member("sections", array: ["STALLS", "FLOOR"]) { json, name in
                json.object { $0.member("name", name) }
            }
            json.member("seats", array: [] as [Int]) { $0.value($1) }
            json.member("times", array: [1, 2, 3]) { $0.value($1) }
            json.member("organizer", Int64.min) { json, id in
                json.member("id", id)
                json.member("mail", nil as String?)
            }
            json.member("refund", nil as Int?) { $0.member("amount", $1) }
            json.member("capacity", nil as Int?)
        }
        #expect(
            json.text == """
                {"name":"Spring Gala","sections":[{"name":"STALLS"},{"name":"FLOOR"}],"seats":[],"times":[1,2,3],\
                "organizer":{"id":-9223372036854775808,"mail":null},"refund":null,"capacity":null}
                """)
    }

    @Test(arguments: [
        "", "plain", "\"quoted\" and \\ back\\slashed", "line\nbreak\r\ttab", "\0\u{1}\u{1F}\u{7F}", "Grüße, 席 🎟",
        "\u{2028}", String(repeating: "\"", count: 1_000), "ends with \\",
    ])
    func `any text comes back as it was`(text: String) throws {
        var json = JSONWriter()
        json.object { $0.member(text, text) }
        #expect(try JSONDecoder().decode([String: String].self, from: Data(json.bytes)) == [text: text])
        #expect(json.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    @Test func `bytes that are escaped by number`() {
        var json = JSONWriter()
        json.value("\0\u{1F}\u{7F}")
        #expect(json.text == #""\u0000\u001f\u007f""#)
    }
}
