// swift-tools-version: 6.2

import PackageDescription

/// Settings of every Swift target.
///
/// Each feature is an accepted Swift Evolution proposal.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),
]

/// The targets that touch C also mark each unsafe expression (SE-0458).
let wrapperSettings = settings + [.strictMemorySafety()]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func wrapper(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: wrapperSettings)
}

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let cLibraries: [Target] = [
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
        name: "CLibav",
        pkgConfig: "libavformat libavcodec libavfilter libavutil libswscale libswresample",
        providers: [.apt(["libavfilter-dev", "libavformat-dev", "libswscale-dev"])]
    ),
    .target(name: "CVision", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CConfine"),
    // For the servers of tests only.
    .systemLibrary(
        name: "CLibssl",
        path: "Tests/CLibssl",
        pkgConfig: "libssl",
        providers: [.apt(["libssl-dev"])]
    ),
]

/// Each line: a target and all that it may import.
///
/// Arrows only point up the page.
let sources: [Target] = [
    wrapper("Threads", []),
    wrapper("Postgres", ["CLibpq", "Threads"]),
    wrapper("OutboundHTTP", ["CLibcurl", "Threads"]),
    wrapper("Signatures", ["CLibcrypto"]),
    wrapper("Subprocesses", ["CConfine", "Threads"]),
    wrapper("Media", ["CLibav", "Threads"]),
    library("Contracts", []),
    library("Crops", ["Contracts"]),
    wrapper("Vision", ["CVision", "Crops"]),
    library("Pipeline", []),
    library(
        "Speech",
        ["Contracts", "Subprocesses", "Threads", logging],
        resources: [.embedInCode("Python")]
    ),
    library("Editorial", ["Contracts"], resources: [.embedInCode("Hosted/Prompts")]),
    library("Styles", ["Contracts"], resources: [.embedInCode("BuiltIn")]),
    library("Artifacts", ["Contracts", "Threads", "Signatures", "OutboundHTTP"]),
    library(
        "Store",
        ["Contracts", "Pipeline", "Postgres", "Threads"],
        resources: [.embedInCode("Migrations")]
    ),
    library(
        "Providers",
        ["Contracts", "Pipeline", "Editorial", "Styles", "OutboundHTTP", "Signatures", "Threads"]
    ),
    library(
        "Runtime",
        [
            "Contracts", "Crops", "Pipeline", "Store", "Providers", "OutboundHTTP", "Artifacts", "Editorial",
            "Styles", "Signatures", "Speech", "Threads", logging, lifecycle,
        ]
    ),
    library(
        "Webhooks",
        ["Contracts", "Store", "Signatures", "OutboundHTTP", "Threads", logging, lifecycle],
        resources: [.embedInCode("Schemas"), .embedInCode("Examples")]
    ),
    library(
        "API",
        [
            "Contracts", "Pipeline", "Store", "Artifacts", "Editorial", "Providers", "Signatures", "Speech",
            "Webhooks", "Threads",
            "OutboundHTTP",
            hummingbird, hummingbirdCore, httpTypes, nioCore, nioHTTP1, nioHTTPTypes, logging, lifecycle,
        ]
    ),
    library(
        "MediaWorker",
        [
            "Contracts", "Crops", "Media", "Speech", "Vision", "Styles", "Signatures", "OutboundHTTP",
            "Subprocesses", "Threads",
            hummingbird, httpTypes, nioCore, logging, lifecycle,
        ]
    ),
]

let executables: [Target] = [
    .executableTarget(
        name: "reelgate-worker",
        dependencies: [
            "MediaWorker", "Contracts", "Signatures", argumentParser, logging, lifecycle, unixSignals,
        ],
        swiftSettings: settings
    ),
    .executableTarget(
        name: "reelgate",
        dependencies: [
            "API", "Artifacts", "Contracts", "Editorial", "OutboundHTTP", "Pipeline", "Postgres", "Providers",
            "Runtime", "Signatures", "Store", "Styles", "Subprocesses", "Threads", "Webhooks", hummingbird,
            hummingbirdCore, httpTypes, argumentParser, logging, lifecycle, unixSignals, yams,
        ],
        swiftSettings: settings
    ),
    // For `scripts/bench webhooks` only.
    .executableTarget(
        name: "delivery-bench",
        dependencies: [
            "Contracts", "OutboundHTTP", "Postgres", "Store", "Threads", "Webhooks", argumentParser, logging,
            lifecycle,
        ],
        path: "scripts/benches/deliveries",
        exclude: ["receiver.c"],
        swiftSettings: settings
    ),
    // For `scripts/bench media` only.
    .executableTarget(
        name: "render-bench",
        dependencies: ["Contracts", "Media", "MediaWorker", "Styles", argumentParser],
        path: "scripts/benches/renders",
        swiftSettings: settings
    ),
]

let testTargets: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: ["Contracts", "Postgres", "Store", "Threads"],
        path: "Tests/TestSupport",
        swiftSettings: settings
    ),
    tests("PostgresTests", ["Postgres", "TestSupport", "Threads"]),
    .target(
        name: "LoopbackSupport",
        dependencies: ["CLibssl", "Threads"],
        path: "Tests/LoopbackSupport",
        swiftSettings: settings
    ),
    .target(
        name: "StudioSupport",
        dependencies: [
            "Contracts", "Editorial", "OutboundHTTP", "Signatures", "LoopbackSupport", "Threads",
        ],
        path: "Tests/StudioSupport",
        swiftSettings: settings
    ),
    .target(
        name: "RuntimeSupport",
        dependencies: [
            "Artifacts", "Contracts", "Pipeline", "Runtime", "Signatures", "Store", "StudioSupport",
        ],
        path: "Tests/RuntimeSupport",
        swiftSettings: settings
    ),
    .target(
        name: "RunModelSupport",
        dependencies: ["Pipeline"],
        path: "Tests/RunModelSupport",
        swiftSettings: settings
    ),
    tests("OutboundHTTPTests", ["OutboundHTTP", "LoopbackSupport", "Threads"]),
    tests("SignaturesTests", ["Signatures", "LoopbackSupport"]),
    tests("MediaTests", ["Media", "Threads"]),
    tests("CropsTests", ["Crops", "Contracts"]),
    tests("VisionTests", ["Vision", "Crops"]),
    tests("SpeechTests", ["Speech", "Contracts", "Threads", logging]),
    tests("ContractsTests", ["Contracts"]),
    tests("PipelineTests", ["Pipeline", "RunModelSupport", "StudioSupport"]),
    tests("EditorialTests", ["Editorial", "Contracts", "StudioSupport"]),
    tests("StylesTests", ["Styles", "Contracts", "Signatures"]),
    tests(
        "ArtifactsTests",
        ["Artifacts", "Contracts", "LoopbackSupport", "OutboundHTTP", "Signatures", "Threads"]
    ),
    tests(
        "StoreTests",
        [
            "Store", "Contracts", "Pipeline", "Postgres", "RunModelSupport", "StudioSupport", "TestSupport",
            "Threads",
        ]
    ),
    tests(
        "ProvidersTests",
        [
            "Providers", "Contracts", "Editorial", "Pipeline", "OutboundHTTP", "Signatures",
            "LoopbackSupport", "StudioSupport", "Threads",
        ]
    ),
    tests(
        "RuntimeTests",
        [
            "Runtime", "Contracts", "Pipeline", "Store", "Providers", "Artifacts", "Styles", "Editorial",
            "OutboundHTTP", "Postgres", "Signatures", "TestSupport", "LoopbackSupport", "StudioSupport",
            "RuntimeSupport", "Threads", logging, lifecycle,
        ]
    ),
    tests(
        "ProviderRunTests",
        [
            "API", "Artifacts", "Contracts", "Editorial", "LoopbackSupport", "OutboundHTTP", "Pipeline",
            "Postgres", "Providers", "Runtime", "RuntimeSupport", "Signatures", "Store", "StudioSupport",
            "Styles", "TestSupport", "Threads", hummingbird, logging, lifecycle,
        ]
    ),
    tests(
        "WebhooksTests",
        [
            "Webhooks", "Contracts", "Pipeline", "Postgres", "Store", "Signatures", "OutboundHTTP",
            "TestSupport",
            "LoopbackSupport", "Threads", logging, lifecycle,
        ]
    ),
    tests(
        "APITests",
        [
            "API", "Contracts", "Editorial", "Pipeline", "Postgres", "Store", "Artifacts", "Providers",
            "Speech", "Styles",
            "Signatures",
            "OutboundHTTP", "TestSupport", "Threads", hummingbird, httpTypes, nioCore, nioEmbedded,
            nioHTTPTypes, logging, lifecycle, yams,
        ]
    ),
    tests(
        "MediaWorkerTests",
        [
            "MediaWorker", "Contracts", "Crops", "Media", "Signatures", "Styles", "Subprocesses", "Threads",
            "OutboundHTTP", hummingbird, httpTypes, nioCore, logging, yams,
        ]
    ),
    tests(
        "ReelgateTests",
        [
            "reelgate", "API", "Artifacts", "Contracts", "Editorial", "LoopbackSupport", "OutboundHTTP",
            "Pipeline",
            "Providers", "Signatures", "StudioSupport", "Threads",
            argumentParser,
        ]
    ),
    tests(
        "ContractTests",
        [
            "reelgate", "Contracts", "OutboundHTTP", "Pipeline", "Signatures", "Store", "Styles", "Threads",
            "Webhooks", yams,
        ]
    ),
    tests(
        "CrashTests",
        [
            "reelgate", "Contracts", "OutboundHTTP", "Postgres", "Signatures", "Store", "Threads",
            "TestSupport",
            "LoopbackSupport", "StudioSupport",
        ]
    ),
    tests("EndToEndTests", ["Contracts", "LoopbackSupport", "Signatures", "StudioSupport", "OutboundHTTP"]),
]

/// `REELGATE_TEST_TARGETS="StoreTests PostgresTests"` leaves the other test targets out of the build, which
/// turns minutes into seconds while one target is worked on (`scripts/test StoreTests` sets it).
let chosen = Context.environment["REELGATE_TEST_TARGETS"]?.split(separator: " ").map(String.init) ?? []

let package = Package(
    name: "reelgate",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "reelgate", targets: ["reelgate"]),
        .executable(name: "reelgate-worker", targets: ["reelgate-worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: cLibraries + sources + executables
        + testTargets.filter { chosen.isEmpty || $0.name.hasSuffix("Support") || chosen.contains($0.name) },
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
