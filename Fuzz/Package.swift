// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as fuzzers need unsafe flags, which bar a package from being depended on.
// `./run` builds and runs them.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [
    // Named, since the folder above may be called anything.
    .package(name: "swift-consistent-hashing", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "FuzzNginxReader",
      dependencies: [
        .product(name: "Configurations", package: "swift-consistent-hashing"),
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "NginxConfiguration", package: "swift-consistent-hashing"),
      ]),
    .executableTarget(
      name: "FuzzHAProxyReader",
      dependencies: [
        .product(name: "Configurations", package: "swift-consistent-hashing"),
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "HAProxyConfiguration", package: "swift-consistent-hashing"),
      ]),
    .executableTarget(
      name: "FuzzNativeReader",
      dependencies: [
        .product(name: "Configurations", package: "swift-consistent-hashing"),
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "EnvoyConfiguration", package: "swift-consistent-hashing"),
        .product(name: "MCRouterConfiguration", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
        .product(name: "TwemproxyConfiguration", package: "swift-consistent-hashing"),
      ]),
    .executableTarget(
      name: "FuzzDocumentReader",
      dependencies: [
        .product(name: "ClusterDocument", package: "swift-consistent-hashing"),
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets {
  target.swiftSettings = [
    // The entry point is libFuzzer's.
    .unsafeFlags(["-parse-as-library"]),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
