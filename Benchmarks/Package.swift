// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of the library never fetch what measuring needs.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    // Named, since the folder above may be called anything.
    .package(name: "swift-consistent-hashing", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "Measure",
      dependencies: [
        .product(name: "ConsistentHashing", package: "swift-consistent-hashing"),
        .product(name: "ProxyProfiles", package: "swift-consistent-hashing"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
