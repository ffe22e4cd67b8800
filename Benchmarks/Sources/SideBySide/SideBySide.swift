import Foundation

/// Measures the library beside its peers, all asked for the same keys, and writes a report.
@main enum SideBySide {
  static func main() {
    guard let arguments = Arguments(CommandLine.arguments.dropFirst()) else {
      FileHandle.standardError.write(Data((Arguments.usage + "\n").utf8))
      exit(64)
    }
    if arguments.wantsHelp {
      print(Arguments.usage)
      return
    }
    do {
      if arguments.isServing { return try Twins.serve() }
      try run(arguments)
    } catch {
      FileHandle.standardError.write(Data("SideBySide: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ arguments: Arguments) throws {
    let effort: Effort = arguments.isQuick ? .quick : .full
    var machine = Machine()
    let loadBefore = Machine.load
    let twins = Twins(machine: machine)
    var report = Report()
    let keys = KeySet(count: 1 << 16, length: 16)
    let sets = [keys, KeySet(count: 1 << 16, length: 24), KeySet(count: 1 << 16, length: 64)]

    let parts: [(name: String, measure: () throws -> Void)] = [
      ("Maglev", { try MaglevLookups.measure(sets, into: &report, effort: effort) }),
      (
        "ring",
        {
          let many = KeySet(count: 1 << 20, length: 16).hashes
          try RingLookups.measure(
            hashes: keys.hashes, manyHashes: many, into: &report, effort: effort)
        }
      ),
      (
        "jump",
        {
          try JumpLookups.measure(
            hashes: keys.hashes, twins: twins, into: &report, effort: effort)
        }
      ),
      (
        "rendezvous",
        {
          try RendezvousLookups.measure(
            hashes: keys.hashes, twins: twins, into: &report, effort: effort)
        }
      ),
      ("texts", { try TextLookups.measure(count: 1 << 14, into: &report, effort: effort) }),
      ("nginx", { try NginxLookups.measure(keys: keys, into: &report, effort: effort) }),
      (
        "libmemcached",
        { try LibmemcachedPeer.measure(keys: keys, into: &report, effort: effort) }
      ),
      (
        "peers",
        {
          let peers = try Peers(
            builtIn: arguments.builtPeers, sources: arguments.peers, keys: keys)
          machine.facts += peers.facts
          try peers.measure(into: &report, effort: effort)
        }
      ),
      ("constructions", { try Constructions.measure(into: &report, effort: effort) }),
      ("memory", { try Memory.measure(into: &report) }),
      ("scaling", { try Scaling.measure(keys: keys, into: &report, effort: effort) }),
      (
        "rules",
        {
          let few = KeySet(first: 1 << 13, of: keys)
          try Catalogue.measure(keys: few, into: &report, effort: effort)
        }
      ),
      ("growth", { try Growth.measure(into: &report, effort: effort) }),
    ]
    for (name, measure) in parts {
      if let only = arguments.only, only != name { continue }
      FileHandle.standardError.write(Data("measuring \(name) ...\n".utf8))
      try measure()
    }
    machine.facts.append(("load", "\(loadBefore) before the run, \(Machine.load) after"))
    try write(report, machine, to: arguments.results)
  }

  private static func write(_ report: Report, _ machine: Machine, to folder: String?) throws {
    let text = report.markdown(machine: machine)
    guard let folder else {
      print(text, terminator: "")
      return
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    for picture in report.pictures {
      try Data(picture.svg.utf8).write(
        to: URL(fileURLWithPath: "\(folder)/\(machine.fileName)-\(picture.name).svg"))
    }
    let file = "\(folder)/\(machine.fileName).md"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    print(file)
  }
}
