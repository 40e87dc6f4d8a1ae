/// Keeps what was read for a moment, for all nodes, until something changes. When all of it is lost, only time is.
public protocol ReadCache: Sendable {
    /// The text that was read for a question since the last change; read now when there is none, and then kept.
    ///
    /// - Parameter question: Tells questions with different answers apart.
    /// - Throws: What `read` throws, and nothing else.
    func text<Failure>(
        for question: String, orRead read: () async throws(Failure) -> String
    ) async throws(Failure) -> String

    /// To be called after every change, also after one that may have been made.
    func invalidate() async
}
