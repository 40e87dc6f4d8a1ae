// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "usher-benchmarks",
    dependencies: [
        // Named, since the folder of a clone may have any name.
        .package(name: "usher", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // As the product has it: a baseline on another Hummingbird would be none.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        // Without its traits: they count allocations by replacing malloc, which would weigh on every figure.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "EngineBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "Booking", package: "usher"),
                .product(name: "Inventory", package: "usher"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Simulation", package: "usher"),
            ],
            path: "EngineBenchmarks",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        .executableTarget(
            name: "BarePOST",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "BarePOST", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
