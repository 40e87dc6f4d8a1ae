/// The scenario files that come with the program, which carries them in itself.
enum ShippedScenarios {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("on-sale", PackageResources.on_sale_yaml),
        ("storm", PackageResources.storm_yaml),
    ]

    static var names: [String] { files.map(\.name) }

    static func yaml(_ name: String) -> String? {
        files.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}
