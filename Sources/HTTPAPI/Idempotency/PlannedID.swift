import Inventory

/// The own id of what a request with an idempotency key creates. It is laid down before the work begins, so that what
/// came of a try that was cut off can be found.
struct PlannedID: Sendable {
    let id: UniqueID
    /// Whether an earlier try may have come as far as creating it.
    let mayExist: Bool
}

extension PlannedID? {
    /// What an earlier try has created with the planned id, or else what is created now. Without a plan, any id will do.
    func find<Created>(
        _ find: (UniqueID) async throws -> Created?, orCreate create: (UniqueID?) async throws -> Created
    ) async throws -> Created {
        if let planned = self, planned.mayExist, let created = try await find(planned.id) { return created }
        return try await create(self?.id)
    }
}
