// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library never fetch what measuring needs.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    // Named, since the folder above may be called anything.
    .package(name: "swift-consistent-hashing", path: ".."),
    // Without its counters of allocations, which need packages of their own.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.30.0", traits: []),
  ],
  targets: [
    // Beside the peers: `make benchmark`.
    .target(name: "CMachine"),
    .target(name: "TextbookC", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "CLibmemcached"),
    .executableTarget(
      name: "SideBySide",
      dependencies: [
        "CLibmemcached", "CMachine", "TextbookC",
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
      ]),

    // Instructions per lookup: `instructions/measure`.
    .executableTarget(
      name: "Instructions",
      dependencies: [
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
      ]),

    // The library alone: `swift package benchmark`, whose targets lie in a folder named Benchmarks.
    .executableTarget(
      name: "Library",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
      ],
      path: "Library",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ],
  swiftLanguageModes: [.v6]
)
