import Testing

@testable import HTTPAPI

@Suite struct BookingSheetTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\""), ("", ""),
        ("=1+1@example.com", "'=1+1@example.com"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
    ])
    func `a cell is quoted where it must be, and is no formula`(text: String, cell: String) {
        #expect(BookingSheet.line(["x", text]) == "x,\(cell)\r\n")
    }
}
