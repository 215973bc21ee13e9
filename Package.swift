// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in this package's own targets, and only there.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

/// The entry points are C functions, which take the arguments of `main` itself.
let entryPoint: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

/// The archive of the C++ library, which the Makefile finds. Without one, the shared library is loaded.
let cxxArchive = Context.environment["ENCLAVIA_LIBSTDCXX"].map {
    ["-Xlinker", "--remap-inputs=*/libstdc++.so=\($0)"]
}

/// How the executables are linked. The savings were measured by omitting one flag at a time, on x86_64.
let linkerFlags =
    [
        // No Swift library is loaded at the start.
        "-static-stdlib",
        // gold, which is the default, does not support the next two flags.
        "-use-ld=lld",
        // Saves 3.2 MB, and 0.2 ms of each start.
        "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
        // swift-nio-extras links zlib, but uses its own copy: the shared library is not needed.
        "-Xlinker", "--remap-inputs=*/libz.so=/dev/null",
        // Saves 5.2 MB: -static-stdlib exports all symbols.
        "-Xlinker", "--no-export-dynamic",
        // Saves 0.2 ms of each start.
        "-Xclang-linker", "-static-libgcc",
    ] + (cxxArchive ?? [])

/// Foundation's archives need four more, which they do not list.
let foundationFlags = [
    "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCollections", "-l_FoundationCShims",
]

/// Tests load the runtime, because Swift Testing is a dynamic library.
let executableLinkSettings: [LinkerSetting] = [
    .unsafeFlags(linkerFlags + foundationFlags, .when(platforms: [.linux]))
]

/// lld links the tests' bundle in 3 s, gold, which is the default, in 6 s.
let testLinkSettings: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux]))]

let package = Package(
    name: "enclavia",
    products: [
        .executable(name: "enclavia", targets: ["enclavia"]),
        .executable(name: "enclavia-complete", targets: ["enclavia-complete"]),
        .executable(name: "enclavia-sandbox", targets: ["enclavia-sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    ],
    targets: [
        .executableTarget(
            name: "enclavia",
            dependencies: [
                "EnclaviaCommands", "EnclaviaCompletion", "EnclaviaCore", "CICUStubData",
            ],
            swiftSettings: strict + entryPoint,
            linkerSettings: executableLinkSettings
        ),
        .target(
            name: "CICUStubData",
            publicHeadersPath: ".",
            cSettings: [.treatAllWarnings(as: .error)]
        ),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "CVersion",
            publicHeadersPath: ".",
            cSettings: [.treatAllWarnings(as: .error)]
        ),
        .executableTarget(
            name: "enclavia-complete",
            dependencies: ["EnclaviaCompletion", "EnclaviaBase"],
            swiftSettings: strict + entryPoint,
            linkerSettings: [.unsafeFlags(linkerFlags, .when(platforms: [.linux]))]
        ),
        .target(
            name: "EnclaviaCompletion",
            dependencies: [
                "CVersion", "EnclaviaAttention", "EnclaviaBase",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaAttention",
            dependencies: [
                "EnclaviaBase", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(name: "EnclaviaBase", swiftSettings: strict),
        .target(
            name: "EnclaviaCommands",
            dependencies: [
                "CLinux", "CVersion", "EnclaviaCompletion", "EnclaviaCore", "EnclaviaSystem",
                "EnclaviaStore", "EnclaviaEngine", "EnclaviaContext", "EnclaviaService",
                "EnclaviaFleet",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaSystem",
            dependencies: [
                "CLinux", "EnclaviaCore",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaCore",
            dependencies: ["EnclaviaBase", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaStore",
            dependencies: [
                "EnclaviaAttention", "EnclaviaCore", "EnclaviaSystem",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaEngine",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaFleet",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaContext",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaService",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "enclavia-sandbox",
            dependencies: ["EnclaviaSandbox"],
            swiftSettings: strict + entryPoint,
            linkerSettings: executableLinkSettings
        ),
        .target(
            name: "EnclaviaSandbox",
            dependencies: [
                "EnclaviaCore", "EnclaviaFleet", "EnclaviaSystem",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaSystemTests",
            dependencies: [
                "EnclaviaSystem", "EnclaviaCore", "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaServiceTests",
            dependencies: [
                "EnclaviaService", "EnclaviaSystem", "EnclaviaCore", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaBaseTests",
            dependencies: ["EnclaviaBase", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaCompletionTests",
            dependencies: ["EnclaviaCompletion", "EnclaviaBase", "CVersion", "TestSupport"],
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Support",
            exclude: ["as-engine-user.sh", "demo.sh", "install-packages.sh", "run-tests.sh"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport"],
            path: "Tests/EndToEnd",
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaCommandsTests",
            dependencies: [
                "EnclaviaCommands", "EnclaviaCompletion", "EnclaviaStore", "EnclaviaSystem",
                "EnclaviaCore", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Report/Drivers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ShellsTests",
            dependencies: [
                "TestSupport", "EnclaviaCommands", "EnclaviaCompletion", "EnclaviaStore",
                "EnclaviaCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Shells",
            exclude: ["Drivers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaCoreTests",
            dependencies: ["EnclaviaCore", "TestSupport"],
            swiftSettings: strict,
            linkerSettings: testLinkSettings
        ),
        .testTarget(
            name: "EnclaviaStoreTests",
            dependencies: [
                "EnclaviaStore", "EnclaviaCompletion", "EnclaviaCore", "EnclaviaFleet",
                "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaSandboxTests",
            dependencies: [
                "EnclaviaSandbox", "EnclaviaCore", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaFleetTests",
            dependencies: ["EnclaviaFleet", "EnclaviaCore", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaContextTests",
            dependencies: ["EnclaviaContext", "EnclaviaCore", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EnclaviaEngineTests",
            dependencies: [
                "EnclaviaEngine", "EnclaviaSystem", "EnclaviaCore", "EnclaviaSandbox",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
    ]
)
