/// Why the suite cannot go on: something is not as it needs it.
struct FaultsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
