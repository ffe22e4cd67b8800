extension RingPoints {
  /// A point that comes or goes.
  struct Change {
    /// The position of the point if it goes, that of the point it comes before if it comes.
    let position: Int

    let value: UInt64

    /// Nil if it goes.
    let owner: UInt32?
  }

  /// The ring after some changes; all other points are taken over.
  ///
  /// - Parameters:
  ///   - changes: In the order of the points on the ring; at least one point is left.
  ///   - renumbering: The new owner for each old one, unless all stay the same. Added points have new
  ///     owners already. All new ones fit into entries as wide as before.
  /// - Complexity: O(n), at the speed of copying while the number of buckets stays the same.
  func applying(_ changes: [Change], renumbering: [UInt32]? = nil) -> RingPoints {
    let newCount = changes.reduce(count) { $0 + ($1.owner == nil ? -1 : 1) }
    let values = values(after: changes, count: newCount)
    let buckets = Self.bucketCount(points: newCount)
    return RingPoints(
      sorted: values, owners: owners(after: changes, count: newCount, renumbering),
      index: buckets == bucketCount
        ? index(after: changes) : Self.index(of: values, count: newCount, buckets: buckets))
  }

  /// Gives the runs of points that stay, and where each of them begins afterwards.
  private func forEachRun(_ changes: [Change], _ body: (_ run: Range<Int>, _ new: Int) -> Void) {
    var old = 0
    var new = 0
    for change in changes {
      body(old..<change.position, new)
      new += change.position - old
      old = change.position
      if change.owner == nil { old += 1 } else { new += 1 }
    }
    body(old..<count, new)
  }

  /// Gives the points that come, and where each of them is afterwards.
  private func forEachAddition(
    _ changes: [Change], _ body: (_ value: UInt64, _ owner: UInt32, _ new: Int) -> Void
  ) {
    var shift = 0
    for change in changes {
      if let owner = change.owner {
        body(change.value, owner, change.position + shift)
        shift += 1
      } else {
        shift -= 1
      }
    }
  }

  private func values(after changes: [Change], count: Int) -> [UInt64] {
    unsafe [UInt64](unsafeUninitializedCapacity: count + Self.stride) { new, initialized in
      let new = UnsafeMutableRawBufferPointer(new)
      unsafe values.withUnsafeBytes { old in
        forEachRun(changes) { run, start in
          unsafe new.copyBytes(8 * run.lowerBound..<8 * run.upperBound, of: old, to: 8 * start)
        }
      }
      forEachAddition(changes) { value, _, position in
        unsafe new.storeBytes(of: value, toByteOffset: 8 * position, as: UInt64.self)
      }
      for position in count..<count + Self.stride {
        unsafe new.storeBytes(of: .max, toByteOffset: 8 * position, as: UInt64.self)
      }
      initialized = count + Self.stride
    }
  }

  private func owners(after changes: [Change], count: Int, _ renumbering: [UInt32]?) -> NodeTable {
    let width = owners.width
    var bytes = [UInt8](repeating: 0, count: (count + 1) * width + NodeTable.padding)
    unsafe bytes.withUnsafeMutableBytes { new in
      let new = unsafe new
      unsafe owners.bytes.withUnsafeBytes { old in
        forEachRun(changes) { run, start in
          unsafe new.copyBytes(
            width * run.lowerBound..<width * run.upperBound, of: old, to: width * start)
        }
      }
      func finish<Owner: FixedWidthInteger & UnsignedInteger>(
        _ owners: UnsafeMutableBufferPointer<Owner>
      ) {
        if let renumbering {
          for position in 0..<count {
            let old = unsafe Int(Owner(littleEndian: owners[position]))
            unsafe owners[position] = Owner(truncatingIfNeeded: renumbering[old]).littleEndian
          }
        }
        forEachAddition(changes) { _, owner, position in
          unsafe owners[position] = Owner(truncatingIfNeeded: owner).littleEndian
        }
        // The sentinel's owner is that of the first.
        unsafe owners[count] = owners[0]
      }
      switch width {
      case 1: unsafe new.withMemoryRebound(to: UInt8.self) { unsafe finish($0) }
      case 2: unsafe new.withMemoryRebound(to: UInt16.self) { unsafe finish($0) }
      default: unsafe new.withMemoryRebound(to: UInt32.self) { unsafe finish($0) }
      }
    }
    return NodeTable(bytes: bytes, width: width)
  }

  /// The index while the number of buckets stays the same: what begins behind a change moves by one.
  private func index(after changes: [Change]) -> [UInt32] {
    unsafe [UInt32](unsafeUninitializedCapacity: bucketCount) { new, initialized in
      let new = unsafe new
      unsafe index.withUnsafeBufferPointer { old in
        var bucket = 0
        var shift: UInt32 = 0
        func move(upTo end: Int) {
          for bucket in bucket..<end { unsafe new[bucket] = unsafe old[bucket] &+ shift }
          bucket = end
        }
        for change in changes {
          move(upTo: Self.bucket(change.value, of: bucketCount) + 1)
          shift = change.owner == nil ? shift &- 1 : shift &+ 1
        }
        move(upTo: bucketCount)
      }
      initialized = bucketCount
    }
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Copies a range of bytes of another buffer to an offset of this one.
  fileprivate func copyBytes(_ range: Range<Int>, of other: UnsafeRawBufferPointer, to offset: Int)
  {
    unsafe UnsafeMutableRawBufferPointer(rebasing: self[offset...])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: other[range]))
  }
}
