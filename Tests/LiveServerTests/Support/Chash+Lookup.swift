import Testing

extension Chash {
  /// What `chash lookup` says about keys: the cells of each line behind the key.
  ///
  /// - Parameters:
  ///   - keys: The keys, none of which holds a tab or an end of line.
  ///   - cluster: A cluster document, or the part of a configuration.
  ///   - folder: Where a file of the keys goes.
  ///   - options: Further arguments.
  func lookup(
    _ keys: [[UInt8]], in cluster: String, _ folder: TemporaryFolder, _ options: String...
  ) async throws -> [[String]] {
    let file = try folder.write(Array(keys.joined(separator: [0x0A])) + [0x0A], to: "keys")
    let output = try await self(
      ["lookup", cluster, "--keys", file, "--raw", "--format", "tsv"] + options)
    let rows = output.split(separator: 0x0A).map {
      $0.split(separator: 0x09, omittingEmptySubsequences: false)
    }
    let isForTheseKeys = rows.map { Array($0[0]) } == keys
    try #require(isForTheseKeys, "chash answers for other keys, or in another order")
    return rows.map { $0.dropFirst().map { String(decoding: $0, as: UTF8.self) } }
  }

  /// The addresses of the nodes at which `chash lookup` puts keys.
  func addresses(
    of keys: [[UInt8]], in cluster: String, _ folder: TemporaryFolder
  ) async throws -> [String] {
    try await lookup(keys, in: cluster, folder).map { cells in
      guard cells.count == 2 else {
        throw Failure.unexpectedOutput(cells.joined(separator: "\t"))
      }
      return cells[1]
    }
  }
}
