/// The scenario files that come with the program, which carries them in itself.
enum ShippedScenarios {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("browse", PackageResources.browse_yaml),
        ("checkout", PackageResources.checkout_yaml),
        ("on-sale", PackageResources.on_sale_yaml),
        ("overload", PackageResources.overload_yaml),
        ("smoke", PackageResources.smoke_yaml),
        ("soak", PackageResources.soak_yaml),
        ("steady", PackageResources.steady_yaml),
        ("storm", PackageResources.storm_yaml),
        ("streams", PackageResources.streams_yaml),
    ]

    static var names: [String] { files.map(\.name) }

    static func yaml(_ name: String) -> String? {
        files.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}
