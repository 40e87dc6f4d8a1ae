import Configuration
import Foundation
import Yams

/// The values as they were written, each checked against its key's definition.
///
/// An environment variable goes before the file, the file before the default; an empty value counts as not set.
struct ConfigurationValues {
    private let values: [ConfigurationKey: String]

    /// Reads the environment and the file, and checks both.
    ///
    /// - Parameter file: A path that must be readable; nil for no file.
    init(environment: [String: String], file: String?) throws(ConfigurationError) {
        let environment = try Self.usherVariables(of: environment)
        let fileValues = try file.map { path throws(ConfigurationError) in try Self.settings(inFile: path) } ?? [:]
        let reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "usher"),
            InMemoryProvider(name: "file", values: fileValues),
        ])
        var values: [ConfigurationKey: String] = [:]
        for key in ConfigurationKey.allCases {
            let definition = key.definition
            guard let value = reader.string(forKey: ConfigKey(key.rawValue)) ?? definition.defaultValue else {
                continue
            }
            guard definition.kind.allows(value) else { throw .malformedValue(value, of: key) }
            values[key] = value
        }
        self.values = values
    }

    /// The value of a key without default; nil when it is not set.
    subscript(key: ConfigurationKey) -> String? { values[key] }

    /// The value of a key that has a default.
    func text(_ key: ConfigurationKey) -> String {
        guard let value = values[key] else { preconditionFailure("\(key.rawValue) has no default") }
        return value
    }

    /// The value of a key whose kind is `integer`.
    func integer(_ key: ConfigurationKey) -> Int {
        guard let value = Int(text(key)) else { preconditionFailure("\(key.rawValue) is no integer") }
        return value
    }

    /// The value of a key whose kind is `flag`.
    func flag(_ key: ConfigurationKey) -> Bool { text(key) == "true" }

    /// The value of a key that counts seconds.
    func seconds(_ key: ConfigurationKey) -> Duration { .seconds(integer(key)) }

    private static func usherVariables(of environment: [String: String]) throws(ConfigurationError) -> [String: String]
    {
        let known = Set(ConfigurationKey.allCases.map(\.variable) + ["USHER_CONFIG"])
        let ours = environment.filter { $0.key.hasPrefix("USHER_") }
        if let unknown = ours.keys.filter({ !known.contains($0) }).min() {
            throw ConfigurationError(
                code: .unknownKey,
                message: "The environment variable \(unknown) is none of Usher's: `usher configuration` lists them.")
        }
        return ours.filter { !$0.value.isEmpty }
    }
}

// MARK: - The file

extension ConfigurationValues {
    /// The settings of a YAML file, nested or with dots.
    ///
    /// The configuration library's own YAML reader does not tell which keys a file has, so a misspelt one would go
    /// unnoticed; hence the file is read here and handed over as values.
    private static func settings(inFile path: String) throws(ConfigurationError) -> [AbsoluteConfigKey: ConfigValue] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOfFile: path, encoding: .utf8))
        } catch let error as YamlError {
            throw .unreadableFile(path, "is no valid YAML: \(error)")
        } catch {
            throw .unreadableFile(path, "cannot be read: \(error.localizedDescription)")
        }
        var settings: [AbsoluteConfigKey: ConfigValue] = [:]
        guard let root, root.null == nil else { return settings }
        guard let mapping = root.mapping else { throw .unreadableFile(path, "must hold keys with values") }
        try collect(mapping, below: "", of: path, into: &settings)
        return settings
    }

    private static func collect(
        _ mapping: Node.Mapping, below parent: String, of path: String,
        into settings: inout [AbsoluteConfigKey: ConfigValue]
    ) throws(ConfigurationError) {
        for (keyNode, value) in mapping where value.null == nil {
            let name = parent + (keyNode.scalar?.string ?? "?")
            if let section = value.mapping {
                try collect(section, below: name + ".", of: path, into: &settings)
                continue
            }
            guard let key = ConfigurationKey(rawValue: name) else {
                throw ConfigurationError(
                    code: .unknownKey,
                    message: "\(name) in \(path) is none of Usher's keys: `usher configuration` lists them.")
            }
            guard let text = value.scalar?.string else { throw .malformedValue("a list", of: key) }
            guard !text.isEmpty else { continue }
            settings[AbsoluteConfigKey(ConfigKey(name))] = ConfigValue(.string(text), isSecret: false)
        }
    }
}

extension ConfigurationError {
    fileprivate static func unreadableFile(_ path: String, _ fault: String) -> Self {
        Self(code: .unreadableFile, message: "The configuration file \(path) \(fault).")
    }

    fileprivate static func malformedValue(_ value: String, of key: ConfigurationKey) -> Self {
        let kind = key.definition.kind
        return Self(
            code: .malformedValue,
            message:
                "\(key.rawValue) (\(key.variable)) is \"\(kind.printable(value))\" but must be \(kind.requirement).")
    }
}
