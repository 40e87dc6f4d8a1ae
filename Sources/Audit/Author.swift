public import Inventory

/// Who makes the changes of the current task, to be recorded with them.
public struct Author: Hashable, Sendable {
    /// Nil outside requests, where it is whoever runs the node.
    @TaskLocal public static var current: Author?

    /// The user.
    public let user: UniqueID
    /// The id of the user's request, which its answer and the log name too.
    public let requestID: String

    /// Names an author.
    public init(user: UniqueID, requestID: String) {
        self.user = user
        self.requestID = requestID
    }
}
