import Hummingbird

/// Whether the process lives, and whether it should get requests.
struct HealthRoutes: Sendable {
    let gate: Gate
    let checks: [ReadinessCheck]

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/health/live", for: gate.everybody) { _, _, _ in try .json(["status": "live"]) }
        routes.on(.get, "/health/ready", for: gate.everybody) { _, _, _ in try await ready() }
    }

    private func ready() async throws -> Response {
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await check.check()) }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        let body = ReadinessBody(
            checks: checks.enumerated().map { index, check in
                ReadinessBody.Check(name: check.name, required: check.isRequired, ok: results[index] ?? false)
            })
        return try .json(body, status: body.status == "unavailable" ? .serviceUnavailable : .ok)
    }
}

private struct ReadinessBody: Encodable {
    struct Check: Encodable {
        let name: String
        let required: Bool
        let ok: Bool
    }

    let status: String
    let checks: [Check]

    init(checks: [Check]) {
        self.checks = checks
        if checks.contains(where: { $0.required && !$0.ok }) {
            status = "unavailable"
        } else {
            status = checks.allSatisfy(\.ok) ? "ready" : "degraded"
        }
    }
}
