import Testing

/// One cluster document in a folder, what `chash` makes of it, and what nginx does with that.
struct Trial: Sendable {
  let chash: Chash
  let topology: Topology
  let key: RequestKey
  let folder: TemporaryFolder
  /// Tells the files of several trials in one folder apart.
  let name: String
  let document: String

  init(
    _ topology: Topology, key: RequestKey, in folder: TemporaryFolder, name: String = "cluster"
  ) throws {
    chash = try Chash.find()
    self.topology = topology
    self.key = key
    self.folder = folder
    self.name = name
    document = try folder.write(topology.document(key: key), to: name + ".yaml")
  }

  /// The upstream that `chash` generates, as a file.
  func upstream(_ transport: Backends.Transport, keepalive: Int? = nil, engine: String = "native")
    async throws -> String
  {
    let file = folder[name + ".conf"]
    try await chash(
      ["generate", "nginx", document, "--context", transport.rawValue, "--output", file]
        + ["--engine", engine] + (keepalive.map { ["--keepalive", "\($0)"] } ?? []))
    return file
  }

  /// The same upstream, except that no server is ever set aside for having failed.
  func upstreamThatForgetsFailures(_ transport: Backends.Transport) async throws -> String {
    _ = try await upstream(transport)
    let lines = folder.text(of: name + ".conf").split(separator: "\n").map { line in
      guard line.drop(while: { $0 == " " }).hasPrefix("server "),
        let end = line.firstIndex(of: ";")
      else { return line }
      return line[..<end] + " max_fails=0" + line[end...]
    }
    return try folder.write(lines.joined(separator: "\n") + "\n", to: name + "-forgets.conf")
  }

  /// Where `chash` says the keys go: the first choice, or so many of the preference.
  func placements(of keys: [[UInt8]], preference: Int? = nil) async throws -> [Placement] {
    let file = try writeKeys(keys)
    let output =
      if let preference {
        try await chash(
          "lookup", document, "--keys", file, "--raw", "--format", "tsv", "--preference",
          "\(preference)")
      } else {
        try await chash("lookup", document, "--keys", file, "--raw", "--format", "tsv")
      }
    let placements = try topology.placements(from: output, hasPreference: preference != nil)
    let isForTheseKeys = placements.map(\.key) == keys
    try #require(isForTheseKeys, "chash answers for other keys, or in another order")
    return placements
  }

  func writeKeys(_ keys: [[UInt8]]) throws -> String {
    try folder.write(Array(keys.joined(separator: [0x0A])) + [0x0A], to: name + ".keys")
  }
}
