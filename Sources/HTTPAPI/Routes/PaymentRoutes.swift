import Booking
import HTTPTypes
import Hummingbird

/// What the payment service tells by itself. Anybody may call; a signature says who does.
struct PaymentRoutes: Sendable {
    let gate: Gate
    let bookings: BookingService
    let notices: any PaymentNoticeReader
    let maxBytes: Int

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/api/payments/webhook", for: gate.everybody, as: .counted(.sales)) { request, _, _ in
            try await settle(request)
            return Response(status: .ok)
        }
    }

    /// What cannot be settled now is refused, so that it is sent again.
    private func settle(_ request: Request) async throws {
        let bytes = try await request.body.collect(upTo: maxBytes)
        let headers = request.headers
        let notice = try notices.notice(body: Array(bytes.readableBytesView)) { name in
            HTTPField.Name(name).flatMap { headers[$0] }
        }
        if let notice { try await bookings.settle(notice) }
    }
}
