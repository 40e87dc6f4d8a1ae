import Accounts
import Booking
import Hummingbird
import Inventory

/// Decides who may see a booking: its owner, the event's organizer, and admins. To others it does not exist.
struct BookingAccess: Sendable {
    let bookings: BookingService

    func booking(_ id: BookingID, for identity: Identity) async throws -> Booking {
        let booking = try await bookings.booking(id)
        guard try await identity.maySee(booking, in: bookings) else { throw Problem.bookingNotFound }
        return booking
    }
}

extension Identity {
    fileprivate func maySee(_ booking: Booking, in bookings: BookingService) async throws -> Bool {
        if booking.customer.id == userID || role == .admin { return true }
        // Only organizers have events; asking brings the event's inventory into memory.
        return role == .organizer ? try await bookings.organizer(of: booking.id.offering) == userID : false
    }
}

extension APIContext {
    /// The booking that the path names.
    var bookingID: BookingID {
        get throws {
            guard let id = parameters.get("id").flatMap({ BookingID($0) }) else { throw Problem.bookingNotFound }
            return id
        }
    }
}

extension Problem {
    fileprivate static let bookingNotFound = Problem.notFound(
        "booking_not_found", "There is no such booking, or it is not yours.")
}
