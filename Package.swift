// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-consistent-hashing",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "ConsistentHashing", targets: ["ConsistentHashing"]),
    .library(name: "ProxyProfiles", targets: ["ProxyProfiles"]),
    .library(name: "RemapAnalysis", targets: ["RemapAnalysis"]),
    .library(name: "Configurations", targets: ["Configurations"]),
    .library(name: "NginxConfiguration", targets: ["NginxConfiguration"]),
    .library(name: "HAProxyConfiguration", targets: ["HAProxyConfiguration"]),
    .library(name: "TwemproxyConfiguration", targets: ["TwemproxyConfiguration"]),
    .library(name: "MCRouterConfiguration", targets: ["MCRouterConfiguration"]),
    .library(name: "EnvoyConfiguration", targets: ["EnvoyConfiguration"]),
    .library(name: "ClusterDocument", targets: ["ClusterDocument"]),
    .library(name: "ConsistentHashingTesting", targets: ["ConsistentHashingTesting"]),
    .executable(name: "chash", targets: ["chash"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
  ],
  targets: [
    // The library: nothing here but libxxhash's header.
    .target(name: "CXXHash"),
    .target(name: "ConsistentHashing", dependencies: ["CXXHash"]),
    .target(name: "ConsistentHashingTesting", dependencies: ["ConsistentHashing"]),
    .target(name: "CMD5"),
    .target(name: "ProxyProfiles", dependencies: ["CMD5", "CXXHash", "ConsistentHashing"]),
    .target(name: "RemapAnalysis", dependencies: ["ConsistentHashing"]),

    // Configurations of other systems: what readers and emitters share, and a room for each system.
    .target(name: "Configurations", dependencies: ["ConsistentHashing", "ProxyProfiles"]),
    .target(
      name: "NginxConfiguration",
      dependencies: ["Configurations", "ConsistentHashing", "ProxyProfiles"]),
    .target(
      name: "HAProxyConfiguration",
      dependencies: ["Configurations", "ConsistentHashing", "ProxyProfiles"]),

    .target(
      name: "TwemproxyConfiguration",
      dependencies: ["Configurations", "ConsistentHashing", "ProxyProfiles", "YAMLReading"]),
    .target(
      name: "MCRouterConfiguration",
      dependencies: ["Configurations", "ConsistentHashing", "ProxyProfiles", "YAMLReading"]),
    .target(
      name: "EnvoyConfiguration",
      dependencies: ["Configurations", "ConsistentHashing", "ProxyProfiles", "YAMLReading"]),

    // The keys in logs.
    .target(
      name: "AccessLogs",
      dependencies: ["ConsistentHashing", "NginxConfiguration", "ProxyProfiles", "RemapAnalysis"]),

    // The command-line tool.
    .target(name: "CKeyLoops"),
    .target(
      name: "CResolver",
      linkerSettings: [.linkedLibrary("resolv", .when(platforms: [.linux, .macOS]))]),
    .target(name: "YAMLReading", dependencies: [.product(name: "Yams", package: "Yams")]),
    .target(name: "ClusterDocument", dependencies: ["ConsistentHashing", "YAMLReading"]),
    .executableTarget(
      name: "chash",
      dependencies: [
        "AccessLogs", "CKeyLoops", "CResolver", "ConsistentHashing", "ProxyProfiles",
        "RemapAnalysis", "Configurations", "NginxConfiguration", "HAProxyConfiguration",
        "TwemproxyConfiguration", "MCRouterConfiguration", "EnvoyConfiguration",
        "ClusterDocument", "YAMLReading",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests.
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "ConsistentHashingTests",
      dependencies: [
        "CAllocationCounter", "CXXHash", "ConsistentHashing", "ConsistentHashingTesting",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ProxyProfilesTests",
      dependencies: [
        "CAllocationCounter", "CMD5", "CXXHash", "ConsistentHashing", "ConsistentHashingTesting",
        "ProxyProfiles",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "RemapAnalysisTests",
      dependencies: [
        "ConsistentHashing", "ConsistentHashingTesting", "ProxyProfiles", "RemapAnalysis",
      ]),
    .testTarget(
      name: "NginxConfigurationTests",
      dependencies: [
        "Configurations", "ConsistentHashing", "ConsistentHashingTesting", "NginxConfiguration",
        "ProxyProfiles",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "HAProxyConfigurationTests",
      dependencies: [
        "Configurations", "ConsistentHashing", "HAProxyConfiguration", "ProxyProfiles",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "TwemproxyConfigurationTests",
      dependencies: [
        "Configurations", "ConsistentHashing", "ProxyProfiles", "TwemproxyConfiguration",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "MCRouterConfigurationTests",
      dependencies: [
        "Configurations", "ConsistentHashing", "MCRouterConfiguration", "ProxyProfiles",
      ]),
    .testTarget(
      name: "EnvoyConfigurationTests",
      dependencies: [
        "Configurations", "ConsistentHashing", "EnvoyConfiguration", "ProxyProfiles",
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "ClusterDocumentTests",
      dependencies: ["ConsistentHashing", "ConsistentHashingTesting", "ClusterDocument"]),
    .testTarget(
      name: "AccessLogsTests",
      dependencies: [
        "AccessLogs", "Configurations", "ConsistentHashing", "ConsistentHashingTesting",
      ]),
    .testTarget(
      name: "ChashTests",
      dependencies: [
        "CKeyLoops", "chash", "ConsistentHashing", "ProxyProfiles", "RemapAnalysis",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .testTarget(
      name: "LiveServerTests",
      dependencies: [
        "chash", "Configurations", "ConsistentHashing", "ProxyProfiles", "NginxConfiguration",
        "TwemproxyConfiguration",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      resources: [
        .copy("Libmemcached/Program"), .copy("GRPC/GRPCProgram"), .copy("Carbon/CarbonProgram"),
        .copy("PythonMemcached/PythonMemcachedProgram"),
        .copy("PeclMemcache/PeclMemcacheProgram"), .copy("DNS/DNSProgram"),
        .copy("Keys/TLSProgram"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// Truncation of doubles and the expected peak call into the C library's mathematics, and so does the
// profile of mcrouter's weighted rendezvous; nothing else that places a key does.
for target in package.targets
where ["ConsistentHashing", "ProxyProfiles", "RemapAnalysis"].contains(target.name) {
  target.linkerSettings = [.linkedLibrary("m", .when(platforms: [.linux]))]
}

for target in package.targets
where ![
  "CXXHash", "CMD5", "CKeyLoops", "CResolver", "CAllocationCounter",
].contains(target.name) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .strictMemorySafety(),
      .treatAllWarnings(as: .error),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
