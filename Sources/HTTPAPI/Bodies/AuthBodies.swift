import Accounts
import Booking
import Inventory

struct RegistrationBody: Decodable {
    let email: String
    let password: String
    let name: String
}

struct CredentialsBody: Decodable {
    let email: String
    let password: String
}

struct RefreshBody: Decodable {
    let refreshToken: String

    private enum CodingKeys: String, CodingKey {
        case refreshToken = "refresh_token"
    }
}

struct CodeRequestBody: Decodable {
    let email: String
}

struct CodeBody: Decodable {
    let email: String
    let code: String
}

/// The same for every address.
struct CodeRequestedBody: Encodable {
    let expiresInSeconds = OneTimeCodes.lifetime.components.seconds
    let retryAfterSeconds = OneTimeCodes.interval.components.seconds

    private enum CodingKeys: String, CodingKey {
        case expiresInSeconds = "expires_in_seconds", retryAfterSeconds = "retry_after_seconds"
    }
}

struct SessionBody: Encodable {
    let user: UserBody
    let token: String
    let expiresAt: String
    let refreshToken: String
    let refreshExpiresAt: String

    init(_ session: Session) {
        user = UserBody(session.user)
        token = session.token.text
        expiresAt = session.token.expiresAt.rfc3339
        refreshToken = session.refreshToken.text
        refreshExpiresAt = session.refreshToken.expiresAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case user, token, expiresAt = "expires_at", refreshToken = "refresh_token"
        case refreshExpiresAt = "refresh_expires_at"
    }
}

/// A profile, and what is known of the session in which it was asked for.
struct CallerBody: Encodable {
    private let user: UserBody
    private let tokenExpiresAt: String
    private let session: SessionFactsBody?

    init(user: User, session: SessionFacts?, tokenExpiresAt: Timestamp) {
        self.user = UserBody(user)
        self.session = session.map(SessionFactsBody.init)
        self.tokenExpiresAt = tokenExpiresAt.rfc3339
    }

    func encode(to encoder: any Encoder) throws {
        try user.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tokenExpiresAt, forKey: .tokenExpiresAt)
        try container.encode(session, forKey: .session)
    }

    private enum CodingKeys: String, CodingKey {
        case tokenExpiresAt = "token_expires_at", session
    }
}

private struct SessionFactsBody: Encodable {
    let id: String
    let createdAt: String
    let expiresAt: String

    init(_ facts: SessionFacts) {
        id = facts.id.description
        createdAt = facts.openedAt.rfc3339
        expiresAt = facts.expiresAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case id, createdAt = "created_at", expiresAt = "expires_at"
    }
}
