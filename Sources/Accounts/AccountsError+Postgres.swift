import PostgresDriver

extension AccountsError {
    init(_ error: PostgresError) {
        if error.isUniqueViolation, error.constraint == "users_email" {
            self = .emailTaken
        } else if error.code == .queueFull {
            self.init(.busy, "Too many requests wait for the database. Try again shortly.", cause: error)
        } else {
            self.init(.databaseUnavailable, "The database of users did not answer. Try again shortly.", cause: error)
        }
    }
}

extension PostgresClient {
    /// Runs one statement, whose errors are ours.
    @discardableResult
    func answer(_ sql: String, _ parameters: [PostgresValue]) async throws(AccountsError) -> PostgresRows {
        do {
            return try await execute(PostgresStatement(sql, parameters))
        } catch {
            throw AccountsError(error)
        }
    }

    /// Runs all statements in one transaction, whose errors are ours.
    func answers(_ statements: [PostgresStatement]) async throws(AccountsError) -> [PostgresRows] {
        do {
            return try await transaction(statements)
        } catch {
            throw AccountsError(error)
        }
    }
}

extension PostgresRow {
    /// Decodes a column, as `decode` does.
    func value<Value: PostgresDecodable>(_ column: Int) throws(AccountsError) -> Value {
        do {
            return try decode(column)
        } catch {
            throw AccountsError(error)
        }
    }
}
