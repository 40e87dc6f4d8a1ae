import Testing
import TextFormats

@Suite struct HTMLTests {
    @Test(arguments: [
        ("", ""), ("Spring Gala", "Spring Gala"),
        ("Grüße & <b>\"席\"</b>", "Grüße &amp; &lt;b&gt;&quot;席&quot;&lt;/b&gt;"),
        ("' onload='", "&#39; onload=&#39;"), ("&amp;", "&amp;amp;"),
    ])
    func `what HTML would obey is escaped`(text: String, escaped: String) {
        #expect(text.escapedForHTML == escaped)
    }
}
