import Foundation
import Testing

@testable import HTTPAPI

@Suite("Bodies before they are decoded")
struct JSONCheckTests {
    private func fault(_ text: String) -> JSONCheck.Fault? {
        fault(Array(text.utf8))
    }

    private func fault(_ bytes: [UInt8]) -> JSONCheck.Fault? {
        bytes.withUnsafeBytes { bytes in
            do throws(JSONCheck.Fault) {
                try JSONCheck.check(bytes)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "7", #""text""#, "null", " \t\r\n{ } ", #"{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}"#,
        #"{"a": "a", "b": "a"}"#, #"{"a": ["a", "a"], "\"": "\\"}"#, #"{"ä": "日本", "😀": "\ud83d\ude00"}"#,
        #"{"a": ",\"a\":", "b": "{[}]"}"#, #"{"a": {}, "b": {}, "c": []}"#,
        #"{"a\u0000": 1}"#.replacing("0000", with: "0001"),
    ])
    func `what is JSON passes`(text: String) throws {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, "a"),
        (#"{"a": 1, "b": {"c": [1, {}]}, "a": 2}"#, "a"),
        (#"{"x": [{"role": 1, "role": 1}]}"#, "role"),
        (#"{"role": 1, "\u0072ole": 2}"#, #"\u0072ole"#),
        (#"{"/": 1, "\/": 2}"#, #"\/"#),
        (#"{"😀": 1, "\uD83D\uDE00": 2}"#, #"\uD83D\uDE00"#),
        (#"{"": 1, "": 2}"#, ""),
    ])
    func `a name that occurs twice is found, however it is written`(text: String, name: String) {
        #expect(fault(text) == .repeatedName(name))
    }

    @Test func `nesting has a bound`() {
        func nested(_ open: String, _ close: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(fault(nested("[", "]", 32)) == nil)
        #expect(fault(nested("[", "]", 33)) == .tooDeep)
        #expect(fault(nested(#"{"a":"#, "}", 32)) == nil)
        #expect(fault(nested(#"{"a":"#, "}", 10_000)) == .tooDeep)
        #expect(fault(nested(#"[{"a":"#, "}]", 16)) == nil)
    }

    @Test func `an object's members have a bound`() {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { #""\#($0)": 0"# }.joined(separator: ",") + "}"
        }
        #expect(fault("[" + object(100) + "," + object(100) + "]") == nil)
        #expect(fault(object(101)) == .tooManyMembers)
    }

    private static let noJSON: [[UInt8]] = [
        [0xFF],
        [0x7B, 0, 0x7D, 0],
        Array("\u{FEFF}{}".utf8),
        bytes(#"{"a": ""#, [0xC3, 0x28], #""}"#),
        bytes(#"{"a"#, [0xED, 0xA0, 0x80], #"": 1}"#),
    ]

    private static func bytes(_ start: String, _ middle: [UInt8], _ end: String) -> [UInt8] {
        Array(start.utf8) + middle + Array(end.utf8)
    }

    @Test(arguments: noJSON) func `what is no UTF-8 is refused`(bytes: [UInt8]) {
        #expect(fault(bytes) == .encoding)
    }

    @Test(arguments: [
        "{\"a\": \"\n\"}", "{\"\u{1}\": 1}", #"{"\ud83d": 1}"#, #"{"\ud83d\u0041": 1}"#, #"{"\u00g0": 1}"#, #"{"\u00"#,
        "}", #"{"\"#, "{}\u{7F}",
    ])
    func `what cannot be JSON is refused`(text: String) {
        #expect(fault(text) == .encoding)
    }

    @Test func `no name contains U+0000`() {
        #expect(fault(#"{"a\u0000": 1}"#) == .emptyName)
        #expect(fault(#"{"a": "\u0000"}"#) == nil)
    }

    /// Whatever is cut off or changed in a body, the check ends, and finds nothing where the decoder would find nothing.
    @Test func `the check says nothing of what it does not understand`() throws {
        let body = Array(#"{"a": [1, {"b": "c\n\u00e4"}, true], "d": {"e": null, "f": -1.5e3}}"#.utf8)
        var generator = SystemRandomNumberGenerator()
        for end in body.indices { _ = fault(Array(body[..<end])) }
        for _ in 0..<20_000 {
            var changed = body
            changed[Int.random(in: body.indices, using: &generator)] = UInt8.random(in: 0...127, using: &generator)
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(changed))) != nil
            if isJSON, let fault = fault(changed) {
                // A changed name can come to be another's.
                #expect(fault.text.contains("twice") || fault.text.contains("U+0000"), "\(changed)")
            }
        }
    }
}
