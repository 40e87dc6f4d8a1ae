/// The keys of this module's log metadata.
extension String {
    static let code = "code"
    static let durationMicroseconds = "duration_us"
    static let error = "error"
    static let method = "method"
    static let offering = "offering"
    static let requestID = "request_id"
    static let route = "route"
    static let status = "status"
}
