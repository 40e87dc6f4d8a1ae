/// The keys of this module's log metadata.
extension String {
    static let error = "error"
}
