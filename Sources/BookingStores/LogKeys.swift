/// The keys of this module's log metadata.
extension String {
    static let code = "code"
    static let count = "count"
    static let hold = "hold"
    static let offering = "offering"
    static let request = "request"
    static let status = "status"
}
