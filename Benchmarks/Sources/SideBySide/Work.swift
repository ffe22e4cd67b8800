import ConsistentHashing

// The loops of a caller. They are generic, and specialised for each selector, so that what is measured
// is what a caller's own loop would do, without a call through a closure for each key.

/// A cluster of equal nodes 10.0.0.0:8080, 10.0.0.1:8080 and so on.
func makeCluster(_ count: Int, weight: (Int) -> Double = { _ in 1 }) throws -> Cluster {
  try Cluster(
    nodes: (0..<count).map { Node(address: "\(host($0)):8080", weight: weight($0)) })
}

/// Weights from 1 to 8, in turns.
func eightWeights(_ number: Int) -> Double { Double(number % 8 + 1) }

/// The host of a node.
func host(_ number: Int) -> String { "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)" }

extension Contest {
  /// Adds a selector that is asked for each key by its bytes.
  func add<Selector: NodeSelector>(_ name: String, _ selector: Selector, keys: KeySet) {
    add(name) { answers in
      let (keyBytes, keyEnds) = (keys.bytes, keys.ends)
      let bytes = keyBytes.span
      let ends = keyEnds.span
      var start = 0
      for position in 0..<ends.count {
        let end = ends[position]
        let index = selector.index(for: bytes.extracting(start..<end)) ?? -1
        answers[position] = Int32(truncatingIfNeeded: index)
        start = end
      }
    }
  }

  /// Adds a selector that names a node for every key and is asked for each by its bytes.
  func add<Selector: HashedSelector>(
    hashing name: String, _ selector: Selector, keys: KeySet, agrees: Bool = true
  ) {
    add(name, agrees: agrees) { answers in
      let (keyBytes, keyEnds) = (keys.bytes, keys.ends)
      let bytes = keyBytes.span
      let ends = keyEnds.span
      var start = 0
      for position in 0..<ends.count {
        let end = ends[position]
        let index = selector.index(for: bytes.extracting(start..<end))
        answers[position] = Int32(truncatingIfNeeded: index)
        start = end
      }
    }
  }

  /// Adds a selector that is asked for hashes of keys.
  func add<Selector: HashedSelector>(
    hashed name: String, _ selector: Selector, _ hashes: [UInt64]
  ) {
    add(name) { answers in
      let hashes = hashes.span
      for position in 0..<hashes.count {
        answers[position] = Int32(truncatingIfNeeded: selector.index(forHash: hashes[position]))
      }
    }
  }
}

extension Contest {
  /// Adds a selector that is asked for all hashes in one call.
  func add<Selector: HashedSelector>(
    batched name: String, _ selector: Selector, _ hashes: [UInt64]
  ) {
    add(name) { [count = self.answers.count] answers in
      var places = UnsafeMutableBufferPointer(start: answers, count: count).mutableSpan
      // On an error no answer is written, which the comparison of answers notices.
      try? selector.indices(forHashes: hashes.span, into: &places)
    }
  }

  /// Adds a selector that is asked for all keys in one call.
  func add<Selector: NodeSelector>(batched name: String, _ selector: Selector, keys: KeySet) {
    add(name) { [count = self.answers.count] answers in
      let (keyBytes, keyEnds) = (keys.bytes, keys.ends)
      var places = UnsafeMutableBufferPointer(start: answers, count: count).mutableSpan
      try? selector.indices(forKeys: keyBytes.span, ends: keyEnds.span, into: &places)
    }
  }
}
