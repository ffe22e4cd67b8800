// swift-tools-version: 6.2
import PackageDescription

// What somebody outside of this repository writes to add a rule, a reader and an emitter: a package of
// their own.
let package = Package(
  name: "Extending",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "swift-consistent-hashing", path: "../..")],
  targets: [
    .target(
      name: "Extending",
      dependencies: [
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
        .product(name: "Configurations", package: "swift-consistent-hashing"),
      ]),
    .testTarget(
      name: "ExtendingTests",
      dependencies: [
        "Extending",
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ConsistentHashingTesting", package: "swift-consistent-hashing"),
        .product(name: "Configurations", package: "swift-consistent-hashing"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
