// What follows is appended to the package's manifest by scripts/test-apart: only the tests in `keptTests`
// stay, and what they are made of.

func names(in dependencies: [Target.Dependency]) -> (targets: [String], packages: [String]) {
  var targets: [String] = []
  var packages: [String] = []
  for dependency in dependencies {
    switch dependency {
    case .targetItem(let name, _), .byNameItem(let name, _): targets.append(name)
    case .productItem(_, let package, _, _): packages.append(contentsOf: package.map { [$0] } ?? [])
    @unknown default: break
    }
  }
  return (targets, packages)
}

var kept: Set<String> = []
var keptPackages: Set<String> = []
var waiting = Array(keptTests)
while let name = waiting.popLast() {
  guard kept.insert(name).inserted, let target = package.targets.first(where: { $0.name == name })
  else { continue }
  let (targets, packages) = names(in: target.dependencies)
  waiting += targets
  keptPackages.formUnion(packages)
}
package.targets.removeAll { !kept.contains($0.name) }
package.products = []
package.dependencies.removeAll {
  switch $0.kind {
  case .sourceControl(_, let location, _):
    !keptPackages.contains { location.hasSuffix("/" + $0) }
  default: false
  }
}

for target in package.targets where target.type == .regular {
  if target.name.hasPrefix("C") && target.swiftSettings == nil {
    target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-O2"])]
  } else if target.name == "ConsistentHashing" {
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-O"])]
  }
}
