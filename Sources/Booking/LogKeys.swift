/// The keys of this module's log metadata.
extension String {
    static let booking = "booking"
    static let command = "command"
    static let count = "count"
    static let error = "error"
    static let offering = "offering"
    static let records = "records"
}
