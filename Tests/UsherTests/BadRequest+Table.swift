import Foundation
import NIOHTTP1

extension BadRequest {
    static let unreadableBodies: [BadRequest] = [
        .hold("no body", "", 400, "invalid_body"),
        .hold("truncated JSON", #"{"seats": ["STALLS-1-5""#, 400, "invalid_body"),
        .hold("text after the JSON", #"{"seats": ["STALLS-1-5"]} {}"#, 400, "invalid_body"),
        .hold("a list for an object", "[]", 400, "invalid_body"),
        .hold("null for an object", "null", 400, "invalid_body"),
        .hold("a text for a list", #"{"seats": "STALLS-1-5"}"#, 400, "invalid_body"),
        .hold("numbers for texts", #"{"seats": [1, 2]}"#, 400, "invalid_body"),
        .hold("null in a list", #"{"seats": ["STALLS-1-5", null]}"#, 400, "invalid_body"),
        .hold("a text for a quantity", #"{"general": [{"section": "FLOOR", "quantity": "2"}]}"#, 400, "invalid_body"),
        .hold("half a place", #"{"general": [{"section": "FLOOR", "quantity": 1.5}]}"#, 400, "invalid_body"),
        .hold("a number beyond all", #"{"general": [{"section": "FLOOR", "quantity": 1e400}]}"#, 400, "invalid_body"),
        .hold(
            "a number beyond 64 bits", #"{"general": [{"section": "FLOOR", "quantity": 99999999999999999999}]}"#, 400,
            "invalid_body"),
        .hold("no quantity", #"{"general": [{"section": "FLOOR"}]}"#, 400, "invalid_body"),
        .hold("deep lists", String(repeating: "[", count: 30_000), 400, "invalid_body"),
        .hold("deep objects", String(repeating: #"{"a":"#, count: 10_000), 400, "invalid_body"),
        BadRequest(
            "NUL bytes", .POST, "/api/events/{event}/hold", bytes: Data(count: 1_000), 400, "invalid_body"),
        BadRequest(
            "invalid UTF-8", .POST, "/api/events/{event}/hold",
            bytes: Data(#"{"seats": [""#.utf8 + [0xC3, 0x28, 0xFF] + #""]}"#.utf8), 400, "invalid_body"),
        BadRequest(
            "a body of a megabyte", .POST, "/api/events/{event}/hold", bytes: Data(repeating: 0x20, count: 1 << 20),
            413, "body_too_large"),
        BadRequest(
            "a form", .POST, "/api/events/{event}/hold", body: "seats=STALLS-1-5",
            contentType: "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        .booking("no hold", #"{"payment": {"token": "tok_visa"}}"#, 400, "invalid_body"),
        .booking("a number for a hold", #"{"hold_id": 7, "payment": {"token": "tok_visa"}}"#, 400, "invalid_body"),
        .booking("no hold's id", #"{"hold_id": "x", "payment": {"token": "tok_visa"}}"#, 400, "invalid_body"),
        .booking("no payment", #"{"hold_id": "{hold}"}"#, 400, "invalid_body"),
        .booking("a text for a payment", #"{"hold_id": "{hold}", "payment": "tok_visa"}"#, 400, "invalid_body"),
    ]

    static let holds: [BadRequest] = [
        .hold("an empty hold", "{}", 422, "empty_hold"),
        .hold("a hold of empty lists", #"{"seats": [], "general": []}"#, 422, "empty_hold"),
        .hold("an unknown seat", #"{"seats": ["STALLS-1-5", "STALLS-99-1"]}"#, 422, "unknown_unit"),
        .hold("a section for a seat", #"{"seats": ["FLOOR"]}"#, 422, "unknown_unit"),
        .hold("a seat with a NUL", #"{"seats": ["STALLS-1-5\u0000"]}"#, 422, "unknown_unit"),
        .hold("a seat of a signed number", #"{"seats": ["STALLS-1-+5"]}"#, 422, "unknown_unit"),
        .hold("a seat of a huge number", #"{"seats": ["STALLS-1-99999999999999999999"]}"#, 422, "unknown_unit"),
        .hold("an unknown section", #"{"general": [{"section": "ROOF", "quantity": 1}]}"#, 422, "unknown_unit"),
        .hold(
            "a seated section as general", #"{"general": [{"section": "STALLS", "quantity": 1}]}"#, 422, "unknown_unit"),
        .hold("a seat twice", #"{"seats": ["STALLS-1-5", "STALLS-1-5"]}"#, 422, "duplicate_unit"),
        .hold(
            "a section twice",
            #"{"general": [{"section": "FLOOR", "quantity": 1}, {"section": "FLOOR", "quantity": 1}]}"#, 422,
            "duplicate_unit"),
        .hold("no places", #"{"general": [{"section": "FLOOR", "quantity": 0}]}"#, 422, "invalid_quantity"),
        .hold("negative places", #"{"general": [{"section": "FLOOR", "quantity": -1}]}"#, 422, "invalid_quantity"),
        .hold(
            "the most negative places", #"{"general": [{"section": "FLOOR", "quantity": -9223372036854775808}]}"#, 422,
            "invalid_quantity"),
        .hold(
            "the most places", #"{"general": [{"section": "FLOOR", "quantity": 9223372036854775807}]}"#, 422,
            "invalid_quantity"),
        .hold(
            "best seats and others", #"{"best_available": {"quantity": 1}, "seats": ["STALLS-1-5"]}"#, 422,
            "invalid_hold"),
        .hold("a negative price", #"{"best_available": {"quantity": 1, "price_min": -1}}"#, 422, "invalid_hold"),
        .hold(
            "prices the wrong way round", #"{"best_available": {"quantity": 1, "price_min": 2, "price_max": 1}}"#, 422,
            "invalid_hold"),
        .hold("no best seats", #"{"best_available": {"quantity": 0}}"#, 422, "invalid_quantity"),
        .hold("too many best seats", #"{"best_available": {"quantity": 11}}"#, 422, "invalid_quantity"),
        .hold(
            "the best seats of an unknown section", #"{"best_available": {"quantity": 1, "section": "ROOF"}}"#, 422,
            "unknown_unit"),
        .hold(
            "best seats at no price", #"{"best_available": {"quantity": 1, "price_max": 0}}"#, 409, "seats_unavailable"),
        .hold("too many places", #"{"general": [{"section": "FLOOR", "quantity": 11}]}"#, 422, "too_many_units"),
        .hold(
            "more places than a customer may have", #"{"general": [{"section": "FLOOR", "quantity": 9}]}"#, 409,
            "customer_limit"),
        .hold("a held seat", #"{"seats": ["STALLS-1-5", "STALLS-1-2"]}"#, 409, "seats_unavailable"),
        .hold("a booked seat", #"{"seats": ["STALLS-1-5", "STALLS-1-3"]}"#, 409, "seats_unavailable"),
        BadRequest(
            "an unknown event", .POST, "/api/events/01930000-0000-7000-8000-000000000000/hold",
            body: #"{"seats": ["STALLS-1-5"]}"#, 404, "event_not_found"),
        BadRequest(
            "no event's id", .POST, "/api/events/x/hold", body: #"{"seats": ["STALLS-1-5"]}"#, 404, "event_not_found"),
        BadRequest("a hold of another event", .GET, "/api/events/{other_event}/hold/{hold}", 404, "hold_not_found"),
        BadRequest(
            "the release of a hold of another event", .DELETE, "/api/events/{other_event}/hold/{hold}", 404,
            "hold_not_found"),
        BadRequest("a foreign hold", .GET, "/api/events/{event}/hold/{foreign_hold}", 404, "hold_not_found"),
        BadRequest(
            "the release of a foreign hold", .DELETE, "/api/events/{event}/hold/{foreign_hold}", 404, "hold_not_found"),
        BadRequest(
            "the extension of a foreign hold", .PATCH, "/api/events/{event}/hold/{foreign_hold}", 404, "hold_not_found"),
        BadRequest(
            "the extension of a booked hold", .PATCH, "/api/events/{event}/hold/{booked_hold}", 409, "hold_booked"),
        BadRequest(
            "the extension of a released hold", .PATCH, "/api/events/{event}/hold/{released_hold}", 410, "hold_released"
        ),
        BadRequest(
            "the release of a booked hold", .DELETE, "/api/events/{event}/hold/{booked_hold}", 409, "hold_booked"),
        BadRequest("a released hold", .GET, "/api/events/{event}/hold/{released_hold}", 410, "hold_released"),
        BadRequest("an unknown section's seats", .GET, "/api/events/{event}/seats?section=ROOF", 422, "unknown_unit"),
    ]

    static let bookings: [BadRequest] = [
        .booking(
            "a foreign hold", #"{"hold_id": "{foreign_hold}", "payment": {"token": "tok_visa"}}"#, 404, "hold_not_found"
        ),
        .booking(
            "a booked hold", #"{"hold_id": "{booked_hold}", "payment": {"token": "tok_visa"}}"#, 409, "hold_booked"),
        .booking(
            "a released hold", #"{"hold_id": "{released_hold}", "payment": {"token": "tok_visa"}}"#, 410,
            "hold_released"),
        .booking(
            "an empty payment token", #"{"hold_id": "{hold}", "payment": {"token": ""}}"#, 422, "invalid_payment"),
        .booking(
            "a payment token with a NUL", #"{"hold_id": "{hold}", "payment": {"token": "tok\u0000visa"}}"#, 422,
            "invalid_payment"),
        BadRequest("a booking that is none", .GET, "/api/booking/x", 404, "booking_not_found"),
        BadRequest("an unknown booking", .GET, "/api/booking/{unknown_booking}", 404, "booking_not_found"),
        BadRequest(
            "an unknown booking's stream", .GET, "/api/booking/{unknown_booking}/stream", 404, "booking_not_found"),
        BadRequest("a foreign booking", .GET, "/api/booking/{foreign_booking}", 404, "booking_not_found"),
        BadRequest(
            "a foreign booking's stream", .GET, "/api/booking/{foreign_booking}/stream", 404, "booking_not_found"),
        BadRequest("another user's bookings", .GET, "/api/users/{foreigner}/bookings", 404, "user_not_found"),
        BadRequest("no user's bookings", .GET, "/api/users/x/bookings", 404, "user_not_found"),
    ]

    static let tokens: [BadRequest] = [
        BadRequest(
            "no token", .POST, "/api/events/{event}/hold", body: #"{"seats": ["STALLS-1-5"]}"#, by: .nobody, 401,
            "missing_token"),
        BadRequest(
            "a booking without token", .GET, "/api/booking/{foreign_booking}", by: .nobody, 401, "missing_token"),
        BadRequest("a password", .GET, "/api/users/profile", by: .authorization("Basic dTpw"), 401, "missing_token"),
        BadRequest("an empty token", .GET, "/api/users/profile", by: .bearer(""), 401, "missing_token"),
        BadRequest("a token of nonsense", .GET, "/api/users/profile", by: .bearer("a.b.c"), 401, "invalid_token"),
        BadRequest(
            "a token without signature", .GET, "/api/users/profile",
            by: .bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6ImFkbWluIn0."), 401, "invalid_token"),
        BadRequest("a changed token", .GET, "/api/users/profile", by: .bearer("{token}x"), 401, "invalid_token"),
        BadRequest("a ticket for a token", .GET, "/api/users/profile", by: .bearer("{ticket}"), 401, "invalid_token"),
        BadRequest(
            "a token for a ticket", .GET, "/api/booking/{foreign_booking}/stream?ticket={token}", by: .nobody, 401,
            "invalid_token"),
        BadRequest(
            "a customer who sells", .POST, "/api/events", body: "{}", 403, "forbidden"),
        BadRequest(
            "a wrong password", .POST, "/api/users/login",
            body: #"{"email": "organizer@usher.example", "password": "demo-customer"}"#, by: .nobody, 401,
            "invalid_credentials"),
        BadRequest(
            "a taken address", .POST, "/api/users/register",
            body: #"{"email": "organizer@usher.example", "password": "correct horse", "name": "O"}"#, by: .nobody, 409,
            "email_taken"),
        BadRequest(
            "an address with a line break", .POST, "/api/users/register",
            body: #"{"email": "a@b.example\r\nBcc: c@d.example", "password": "correct horse", "name": "A"}"#,
            by: .nobody,
            422, "invalid_email"),
        BadRequest(
            "a short password", .POST, "/api/users/register",
            body: #"{"email": "short@usher.example", "password": "1234567", "name": "A"}"#, by: .nobody, 422,
            "invalid_password"),
        BadRequest(
            "a name with a NUL", .POST, "/api/users/register",
            body: #"{"email": "nul@usher.example", "password": "correct horse", "name": "A\u0000"}"#, by: .nobody, 422,
            "invalid_name"),
    ]

    static let events: [BadRequest] = [
        .event("an event without a name", #""Night""#, #""""#, 422, "invalid_event"),
        .event("a name with a NUL", #""Night""#, #""Ni\u0000ght""#, 422, "invalid_event"),
        .event("a date that is none", "2030-06-01T", "2030-02-30T", 400, "invalid_body"),
        .event("a date without a zone", "19:30:00Z", "19:30:00", 400, "invalid_body"),
        .event("a currency that is none", "EUR", "Euro", 422, "invalid_event"),
        .event("a negative price", "100", "-1", 422, "invalid_event"),
        .event("a price beyond 64 bits", "100", "1e30", 400, "invalid_body"),
        .event("no rows", #""rows": 2"#, #""rows": 0"#, 422, "invalid_event"),
        .event(
            "rows and seats whose product overflows", #""rows": 2, "seats_per_row": 3"#,
            #""rows": 9223372036854775807, "seats_per_row": 9223372036854775807"#, 422, "invalid_event"),
        .event(
            "a longest hold that is shorter than a hold", #""EUR""#, #""EUR", "max_hold_seconds": 599"#, 422,
            "invalid_event"),
        .event("an endless hold", #""EUR""#, #""EUR", "max_hold_seconds": 9223372036854775807"#, 422, "invalid_event"),
        .event(
            "a sale that ends before it begins", #""EUR""#,
            #""EUR", "sales_start": "2030-06-01T19:30:00Z", "sales_end": "2030-06-01T19:29:59Z""#, 422, "invalid_event"),
        .event("a sale from no time on", #""EUR""#, #""EUR", "sales_start": 7"#, 400, "invalid_body"),
        .event(
            "a focal point outside", #""rows": 2"#, #""rows": 2, "focal_point": {"row": 1, "seat": 4}"#, 422,
            "invalid_event"),
        .event(
            "an accessible seat of row zero", #""rows": 2"#, #""rows": 2, "accessible_seats": [{"row": 0, "seat": 1}]"#,
            422, "invalid_event"),
        .event("slots without a number", "seated", "slots", 400, "invalid_body"),
        .event("an unknown kind of section", "seated", "floating", 400, "invalid_body"),
        .event("a section's name with a quote", #""A""#, #""A\"""#, 422, "invalid_event"),
        BadRequest("a list of no events", .GET, "/api/events?limit=0", 400, "invalid_query"),
        BadRequest("a limit that is no number", .GET, "/api/events?limit=ten", 400, "invalid_query"),
        BadRequest("a cursor of nonsense", .GET, "/api/events?cursor=%00", 400, "invalid_cursor"),
        BadRequest("a time that is none", .GET, "/api/events?from=yesterday", 400, "invalid_query"),
    ]

    static let paths: [BadRequest] = [
        BadRequest("an unknown path", .GET, "/api/nothing", 404, "not_found"),
        BadRequest("a NUL in the path", .GET, "/api/events/%00", 404, "event_not_found"),
        BadRequest("steps upwards", .GET, "/api/../../etc/passwd", 404, "not_found"),
        BadRequest("broken percent signs", .GET, "/api/events/%25zz%25", 404, "event_not_found"),
        BadRequest("a long path", .GET, "/api/events/" + String(repeating: "x", count: 8_000), 404, "event_not_found"),
        BadRequest("a wrong method", .DELETE, "/api/events", 405, "method_not_allowed"),
        BadRequest("a wrong method on a booking", .PUT, "/api/booking/{foreign_booking}", 405, "method_not_allowed"),
    ]
}
