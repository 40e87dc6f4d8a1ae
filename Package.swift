// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where nobody reads them: in CI.
let strict: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strict

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let coreMetrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let dequeModule = product(name: "DequeModule", package: "swift-collections")
    static let histogram = product(name: "Histogram", package: "hdrhistogram-swift")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdHTTP2 = product(name: "HummingbirdHTTP2", package: "hummingbird")
    static let hummingbirdTesting = product(name: "HummingbirdTesting", package: "hummingbird")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let nioConcurrencyHelpers = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioHTTPTypesHTTP1 = product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioHTTPTypesHTTP2 = product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let serviceLifecycleTestKit = product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func systemLibrary(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "usher",
    products: [
        .executable(name: "usher", targets: ["Usher"]),
        .executable(name: "usher-load", targets: ["UsherLoad"]),
        .library(name: "Inventory", targets: ["Inventory"]),
        .library(name: "Booking", targets: ["Booking"]),
        .library(name: "Simulation", targets: ["Simulation"]),
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // Two traits or more come in another order with each build, which compiles their package anew each time.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        systemLibrary("CPostgreSQL", "libpq", "libpq-dev"),
        // No pkg-config here: hiredis adds a compiler flag that SwiftPM refuses, and its headers are found anyway.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        systemLibrary("CRdKafka", "rdkafka", "librdkafka-dev"),
        systemLibrary("CCurl", "libcurl", "libcurl4-openssl-dev"),
        systemLibrary("CCrypt", "libcrypt", "libcrypt-dev"),
        .systemLibrary(name: "CEpoll"),
        systemLibrary("CQREncode", "libqrencode", "libqrencode-dev"),
        systemLibrary("CPNG", "libpng", "libpng-dev"),
        .target(name: "CDocuments", exclude: ["openapi.json", "docs.html", "docs.css", "docs.js"]),

        room("Addresses"),
        room("Randomness"),
        room("TextFormats"),
        room("Inventory"),
        room("Booking", ["Inventory", .dequeModule, .logging, .metrics, .serviceLifecycle]),
        room("Simulation", ["Booking", "Inventory", "Randomness", .logging]),

        room("Executors", ["CEpoll", .dequeModule, .nioCore, .nioPosix]),
        room("PostgresDriver", ["CPostgreSQL", "Executors", .dequeModule, .logging, .metrics, .serviceLifecycle]),
        room(
            "RedisDriver",
            [
                "CHiredis", "Executors", .crypto, .dequeModule, .logging, .metrics, .nioCore, .nioPosix, .nioSSL,
                .serviceLifecycle,
            ]),
        room("KafkaDriver", ["CRdKafka", .dequeModule, .logging, .metrics, .serviceLifecycle]),

        room("Audit", ["Booking", "Inventory", "PostgresDriver"]),
        room(
            "BookingStores",
            [
                "Audit", "Booking", "Inventory", "KafkaDriver", "PostgresDriver", "RedisDriver", "TextFormats",
                .asyncHTTPClient, .crypto, .logging, .metrics, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ]),
        room(
            "Accounts",
            [
                "Audit", "Booking", "CCrypt", "Inventory", "PostgresDriver", "TextFormats", .crypto, .jwtKit, .logging,
                .nioPosix, .serviceLifecycle,
            ]),
        room("Catalog", ["Audit", "Booking", "Inventory", "PostgresDriver", .logging]),
        room("PrometheusMetrics", [.coreMetrics]),
        room("Tickets", ["CPNG", "CQREncode", "Inventory", "TextFormats", .crypto]),
        room(
            "Notifications",
            [
                "Addresses", "CCurl", "Inventory", "KafkaDriver", "PostgresDriver", "TextFormats", "Tickets", .logging,
                .metrics, .nioCore, .nioPosix, .serviceLifecycle,
            ]),
        room(
            "HTTPAPI",
            [
                "Accounts", "Addresses", "Audit", "Booking", "CDocuments", "Catalog", "Executors", "Inventory",
                "TextFormats", "Tickets",
                .crypto, .httpTypes, .hummingbird, .hummingbirdCore, .hummingbirdHTTP2, .logging,
                .metrics,
                .nioCore, .nioHTTP1,
                .nioHTTPTypes, .nioHTTPTypesHTTP1, .nioHTTPTypesHTTP2, .nioSSL, .nioTLS, .serviceLifecycle,
            ]),
        .executableTarget(
            name: "Usher",
            dependencies: [
                "Accounts", "Addresses", "Audit", "Booking", "BookingStores", "Catalog", "Executors", "HTTPAPI",
                "Inventory", "KafkaDriver", "Notifications", "PostgresDriver", "PrometheusMetrics", "Randomness",
                "RedisDriver",
                "Simulation", "TextFormats", "Tickets",
                .argumentParser, .asyncHTTPClient, .configuration, .hummingbird, .logging, .metrics, .nioCore,
                .nioHTTP1, .nioPosix, .nioSSL, .serviceLifecycle, .unixSignals, .yams,
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "UsherLoad",
            dependencies: [
                "Randomness", "TextFormats", .argumentParser, .dequeModule, .histogram, .nioCore, .nioPosix,
                .unixSignals,
                .yams,
            ],
            path: "loadtest/usher-load",
            resources: [.embedInCode("Output/HTML/report.css"), .embedInCode("Scenarios")],
            // A virtual user's async code stays on its event loop.
            swiftSettings: settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),

        .target(
            name: "LocalStack",
            dependencies: [
                .asyncHTTPClient, .hummingbird, .hummingbirdCore, .logging, .nioCore, .nioHTTP1, .nioPosix,
            ],
            path: "Tests/LocalStack", swiftSettings: settings),
        .executableTarget(
            name: "UsherFaults",
            dependencies: [
                "LocalStack", "Randomness", .argumentParser, .asyncHTTPClient, .crypto, .httpTypes, .hummingbird,
                .logging,
                .nioConcurrencyHelpers, .nioCore, .nioHTTP1, .nioPosix,
            ],
            path: "Tests/Faults", swiftSettings: settings),
        tests("FaultsTests", ["UsherFaults"]),
        tests("AddressesTests", ["Addresses"]),
        tests("TextFormatsTests", ["TextFormats"]),
        tests("InventoryTests", ["Inventory", "Simulation"]),
        tests("BookingTests", ["Booking", "Inventory", "Simulation"]),
        tests("SimulationTests", ["Booking", "Inventory", "Simulation"]),
        tests("ExecutorsTests", ["Executors", .nioCore, .nioPosix]),
        tests(
            "PostgresDriverTests",
            ["CPostgreSQL", "LocalStack", "PostgresDriver", .logging, .serviceLifecycle, .serviceLifecycleTestKit]),
        tests("RedisDriverTests", ["LocalStack", "RedisDriver", .logging, .nioCore, .nioPosix, .serviceLifecycle]),
        tests("KafkaDriverTests", ["CRdKafka", "KafkaDriver", "LocalStack", .logging, .serviceLifecycle]),
        tests(
            "BookingStoresTests",
            [
                "Audit", "Booking", "BookingStores", "Inventory", "KafkaDriver", "LocalStack", "PostgresDriver",
                "RedisDriver",
                "Simulation", .logging, .nioCore, .nioPosix, .serviceLifecycle,
            ]),
        tests(
            "AccountsTests",
            [
                "Accounts", "Audit", "Booking", "Inventory", "LocalStack", "PostgresDriver", "Simulation", .jwtKit,
                .logging,
                .serviceLifecycle,
            ]),
        tests(
            "CatalogTests",
            ["Audit", "Booking", "Catalog", "Inventory", "LocalStack", "PostgresDriver", .logging, .serviceLifecycle]),
        tests("PrometheusMetricsTests", ["PrometheusMetrics", .coreMetrics]),
        tests("TicketsTests", ["CPNG", "Inventory", "TextFormats", "Tickets"]),
        tests(
            "NotificationsTests",
            [
                "Inventory", "KafkaDriver", "LocalStack", "Notifications", "PostgresDriver", "Tickets", .logging,
                .serviceLifecycle,
            ]),
        tests(
            "HTTPAPITests",
            [
                "Accounts", "Addresses", "Audit", "Booking", "BookingStores", "CDocuments", "Catalog", "HTTPAPI",
                "Inventory", "LocalStack", "PostgresDriver", "Randomness", "RedisDriver", "Simulation", "Tickets",
                .asyncHTTPClient, .httpTypes,
                .hummingbird,
                .hummingbirdTesting, .logging, .nioCore, .nioEmbedded, .nioHTTP1, .nioHTTPTypes, .nioPosix,
                .serviceLifecycle,
            ]),
        tests(
            "UsherTests",
            [
                "Accounts", "Booking", "BookingStores", "Catalog", "HTTPAPI", "Inventory", "LocalStack",
                "Notifications", "PostgresDriver", "PrometheusMetrics", "Randomness", "RedisDriver", "Simulation",
                "Tickets", "Usher",
                .asyncHTTPClient, .crypto, .httpTypes, .hummingbird, .logging, .nioCore, .nioHTTP1, .nioPosix,
                .serviceLifecycle, .serviceLifecycleTestKit,
            ]),
        tests("UsherLoadTests", ["UsherLoad", .argumentParser, .nioCore, .nioPosix]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6]
)
