/// Why Usher does not start with the configuration that it was given.
struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault.
    struct Code: Hashable, Sendable {
        /// The file cannot be read, or is no YAML mapping.
        static let unreadableFile = Self(name: "unreadable_file")
        /// A variable or a key of the file that Usher does not know: most likely a spelling mistake.
        static let unknownKey = Self(name: "unknown_key")
        /// A value of the wrong type, or out of its range.
        static let malformedValue = Self(name: "malformed_value")
        /// A value that has no safe default here.
        static let missingValue = Self(name: "missing_value")
        /// Two values of which only one may be set.
        static let conflictingValues = Self(name: "conflicting_values")

        private let name: String
    }

    let code: Code
    /// One sentence: the key, its value unless it is secret, and what is wanted.
    let message: String

    var description: String { message }
}

extension ConfigurationError {
    static func missing(_ key: ConfigurationKey) -> Self {
        Self(code: .missingValue, message: "\(key.rawValue) (\(key.variable)) is not set, but needed here.")
    }

    static func conflict(_ first: ConfigurationKey, _ second: ConfigurationKey) -> Self {
        Self(
            code: .conflictingValues,
            message: """
                \(first.rawValue) (\(first.variable)) and \(second.rawValue) (\(second.variable)) are both set, but \
                only one of them may be.
                """)
    }

    static func missing(_ key: ConfigurationKey, beside other: ConfigurationKey) -> Self {
        Self(
            code: .missingValue,
            message: """
                \(key.rawValue) (\(key.variable)) is not set but must be, since \(other.rawValue) (\(other.variable)) is.
                """)
    }
}
