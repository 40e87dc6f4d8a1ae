// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "usher-benchmarks",
    dependencies: [
        // Named, since the folder of a clone may have any name.
        .package(name: "usher", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
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
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ],
    swiftLanguageModes: [.v6]
)
