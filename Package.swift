// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Warnings are errors in this package's own targets, and only there.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // Debug information doubles the time of a build, and the release strips it anyway.
    .unsafeFlags(["-gnone"]),
]

/// The entry points are C functions, which take the arguments of `main` itself.
let entryPoint: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

/// The archive of libstdc++ that belongs to the newest gcc, where its package has one.
///
/// Loading the shared library relocates 2,000 symbols, which is a fifth of the time that a TAB takes.
let archives: [String] = {
    let root = "/usr/lib/gcc"
    let files = FileManager.default
    let folders = (try? files.contentsOfDirectory(atPath: root)) ?? []
    let found = folders.flatMap { triple in
        ((try? files.contentsOfDirectory(atPath: "\(root)/\(triple)")) ?? []).map {
            "\(root)/\(triple)/\($0)/libstdc++.a"
        }
    }
    return found.filter(files.fileExists).sorted {
        $0.compare($1, options: .numeric) == .orderedAscending
    }
}()

/// What runs at each start of an executable: nothing exported, and no C++ library to load, nor zlib, of
/// which swift-nio-extras holds a copy of its own and asks for the system's beside it.
let lean: [String] =
    [
        "-Xlinker", "--no-export-dynamic", "-Xclang-linker", "-static-libgcc", "-Xlinker",
        "--as-needed", "-Xlinker", "--remap-inputs=*/libz.so=/dev/null",
    ]
    + (archives.last.map { ["-Xlinker", "--remap-inputs=*/libstdc++.so=\($0)"] } ?? [])

/// The Swift runtime goes into the executables, so that what is left to load is on a Debian base
/// system or one package away. Tests link it dynamically, because Swift Testing is a dynamic library.
let standalone: [LinkerSetting] = [
    .unsafeFlags(
        lean + [
            "-static-stdlib", "-use-ld=lld", "-Xlinker", "--strip-debug",
            "-Xlinker", "--gc-sections", "-Xlinker", "--icf=safe",
            "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
            "-lFoundationInternationalization", "-lFoundationEssentials", "-lCoreFoundation",
            "-l_FoundationICU", "-l_FoundationCollections", "-l_FoundationCShims",
            "-lswiftSynchronization", "-lswift_RegexParser", "-lBlocksRuntime", "-ldispatch",
            "-lstdc++",
        ], .when(platforms: [.linux]))
]

/// The tests' bundle, linked as quickly as may be.
let quick: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xlinker", "--strip-debug"], .when(platforms: [.linux]))
]

let package = Package(
    name: "enclavia",
    products: [
        .executable(name: "enclavia", targets: ["enclavia"]),
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
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    ],
    targets: [
        .executableTarget(
            name: "enclavia",
            dependencies: ["EnclaviaCommands", "EnclaviaStore", "EnclaviaCore"],
            swiftSettings: strict + entryPoint,
            linkerSettings: standalone
        ),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "EnclaviaCommands",
            dependencies: [
                "CLinux", "EnclaviaCore", "EnclaviaSystem", "EnclaviaStore", "EnclaviaEngine",
                "EnclaviaContext", "EnclaviaService",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
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
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "EnclaviaStore",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
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
            name: "EnclaviaContext",
            dependencies: ["EnclaviaCore", "EnclaviaSystem"],
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
            linkerSettings: standalone
        ),
        .target(
            name: "EnclaviaSandbox",
            dependencies: [
                "EnclaviaCore", "EnclaviaSystem",
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
                "EnclaviaCommands", "EnclaviaStore", "EnclaviaSystem", "EnclaviaCore",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ShellsTests",
            dependencies: [
                "TestSupport", "EnclaviaCommands", "EnclaviaStore", "EnclaviaCore",
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
            linkerSettings: quick
        ),
        .testTarget(
            name: "EnclaviaStoreTests",
            dependencies: [
                "EnclaviaStore", "EnclaviaCore", "TestSupport",
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
