import Hummingbird

/// Whether the process lives, and whether it should get requests.
struct HealthRoutes: Sendable {
    let gate: Gate
    let readiness: Readiness

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/health/live", for: gate.everybody, as: .uncounted) { _, _, _ in
            try .json(["status": "live"])
        }
        routes.on(.get, "/health/ready", for: gate.everybody, as: .uncounted) { _, _, _ in
            let body = await readiness.body()
            return try .json(
                body, status: body.status == "unavailable" ? .serviceUnavailable : .ok,
                headers: [.cacheControl: "no-store"])
        }
    }
}
