/// A domain of hashes cut into intervals, each with an owner.
///
/// Neighbouring intervals of one owner are one interval, so that two equal cuts are equal values.
public struct OwnedIntervals: Hashable, Sendable {
  /// The last hash of each interval, ascending; that of the last interval is the last of the domain.
  public private(set) var ends: [UInt64] = []

  /// The owner of each interval.
  public private(set) var owners = OwnerList()

  /// The values that are cut into intervals.
  public let domain: HashDomain

  /// Starts with no interval; add them in ascending order until the domain is covered.
  public init(_ domain: HashDomain, capacity: Int = 0) {
    self.domain = domain
    ends.reserveCapacity(capacity)
    owners.reserveCapacity(capacity)
  }

  /// Adds the interval from the last end to a hash, this one included.
  ///
  /// An interval that ends at or before the last end is empty and is left out.
  public mutating func append(through end: UInt64, _ owner: KeySpace.Owner) {
    if let last = ends.last {
      guard end > last else { return }
      if let previous = owners.last, previous == owner {
        ends[ends.count - 1] = end
        return
      }
    }
    ends.append(end)
    owners.append(owner)
  }

  /// Adds the interval from the last end to the end of the domain.
  public mutating func appendRest(_ owner: KeySpace.Owner) {
    append(through: domain.last, owner)
  }

  /// The number of intervals.
  public var count: Int { ends.count }

  /// The owner of a hash.
  ///
  /// - Complexity: O(log n) for n intervals.
  public func owner(ofHash hash: UInt64) -> KeySpace.Owner? {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < ends.count ? owners[low] : nil
  }

  /// Visits the intervals in ascending order.
  public func forEach(_ body: (HashRange, KeySpace.Owner) -> Void) {
    var first: UInt64 = 0
    for (end, owner) in zip(ends, owners) {
      body(HashRange(first: first, last: end), owner)
      first = end &+ 1
    }
  }
}

/// Hashes from a first to a last one, both included.
public struct HashRange: Hashable, Sendable {
  /// The first hash.
  public let first: UInt64
  /// The last hash, not before the first.
  public let last: UInt64

  /// Describes a range.
  public init(first: UInt64, last: UInt64) {
    self.first = first
    self.last = last
  }

  /// The number of hashes, rounded to a `Double`.
  public var count: Double { Double(last - first) + 1 }
}
