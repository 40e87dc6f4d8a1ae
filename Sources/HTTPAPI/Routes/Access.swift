import Accounts
import Hummingbird

/// Who may use a route: decided before its handler runs, and declared beside it.
struct Access<Grant: Sendable>: Sendable {
    /// Who may, as the documentation says it: `everybody`, `signed in`, or roles and standings, such as `owner`.
    let callers: [String]
    /// Lets a request in with what its handler may know and use, or throws the refusal.
    let admit: @Sendable (Request, APIContext) async throws -> Grant
}

/// What says who is calling.
protocol Identified: Sendable {
    var identity: Identity { get }
}

extension Identity: Identified {
    var identity: Identity { self }
}

/// A caller, and the thing that the path names and the caller may use.
struct Granted<Subject: Sendable>: Identified {
    let identity: Identity
    let subject: Subject
}

/// How a caller stands to the thing that a path names.
enum Standing: String, Sendable {
    /// The customer whose hold or booking it is; the user whose account it is.
    case owner
    /// The organizer of the event.
    case organizer
    /// Anybody who works for the house.
    case staff
    case admin
}
