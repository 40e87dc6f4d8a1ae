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

struct ProfileChangeBody: Decodable {
    let name: String?
    let email: String?
}

struct UserBody: Encodable {
    let id: String
    let email: String
    let name: String
    let role: String
    let createdAt: String

    init(_ user: User) {
        id = user.id.description
        email = user.email
        name = user.name
        role = user.role.rawValue
        createdAt = user.createdAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, name, role, createdAt = "created_at"
    }
}

struct SessionBody: Encodable {
    let user: UserBody
    let token: String
    let expiresAt: String

    init(user: User, token: Token) {
        self.user = UserBody(user)
        self.token = token.text
        expiresAt = token.expiresAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case user, token, expiresAt = "expires_at"
    }
}
