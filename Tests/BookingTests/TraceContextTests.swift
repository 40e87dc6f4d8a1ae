import Booking
import Testing

/// After the examples of W3C Trace Context.
@Suite struct TraceContextTests {
    private let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func `a caller's trace goes on with a place of its own`() throws {
        let caller = try #require(TraceContext(traceparent: valid, tracestate: "rojo=00f067aa0ba902b7"))
        let child = caller.child()
        #expect(child.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(child.traceparent.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(child.traceparent.hasSuffix("-01"))
        #expect(child.traceparent != valid && caller.child() != child)
        #expect(child.tracestate == "rojo=00f067aa0ba902b7")
    }

    @Test func `what a place says can be read again`() throws {
        let trace = TraceContext()
        #expect(TraceContext(traceparent: trace.traceparent)?.traceID == trace.traceID)
        #expect(trace.traceparent.hasSuffix("-00"))
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "zz-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `what is not valid is not taken`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `a later version may say more`() throws {
        let trace = try #require(
            TraceContext(traceparent: "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-more"))
        #expect(trace.child().traceparent.hasPrefix("00-"))
        #expect(trace.child().traceparent.hasSuffix("-03"))
    }

    @Test(arguments: [String(repeating: "a", count: 513), "", "a=b\u{7F}", "a=\u{E9}"])
    func `a state that cannot be handed on is dropped, and the trace stays`(state: String) throws {
        #expect(try #require(TraceContext(traceparent: valid, tracestate: state)).tracestate == nil)
    }
}
