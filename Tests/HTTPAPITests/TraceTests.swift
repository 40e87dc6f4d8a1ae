import Booking
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct TraceTests {
    private let name = HTTPField.Name("traceparent")!

    @Test func `the answer names the caller's trace, and a place in it`() async throws {
        try await TestAPI().withRouter { visitor in
            let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let answer = try await visitor.get("/health/live", headers: [name: caller])
            let place = try #require(answer.headers[HTTPField.Name("traceresponse")!])
            #expect(place.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") && place != caller)
        }
    }

    @Test(arguments: [nil, "nonsense"])
    func `without a valid one a trace begins`(caller: String?) async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.get("/nowhere", headers: caller.map { [name: $0] } ?? [:])
            let place = try #require(answer.headers[HTTPField.Name("traceresponse")!])
            #expect(TraceContext(traceparent: place) != nil)
        }
    }
}
