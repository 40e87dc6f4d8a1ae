import Accounts
import Booking
import HTTPTypes
import Inventory

struct ProfileChangeBody: Decodable {
    let name: String?
    let email: String?
}

struct PasswordChangeBody: Decodable {
    let currentPassword: String
    let newPassword: String

    private enum CodingKeys: String, CodingKey {
        case currentPassword = "current_password", newPassword = "new_password"
    }
}

struct RoleBody: Decodable {
    let role: Role

    init(from decoder: any Decoder) throws {
        let text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .role)
        guard let role = Role(rawValue: text) else { throw Problem.invalidRole }
        self.role = role
    }

    private enum CodingKeys: String, CodingKey {
        case role
    }
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

extension Problem {
    fileprivate static var invalidRole: Problem {
        let names = Role.allCases.map(\.rawValue).joined(separator: ", ")
        var problem = Problem(.unprocessableContent, "invalid_role", "`role` must be one of \(names).")
        problem.fields = [FieldError(field: "role", message: "must be one of \(names)")]
        return problem
    }
}
