/// A set of 64-bit hashes: open addressing with linear probing, at most three quarters full.
///
/// The standard library's set hashes its elements once more, which takes most of the time of counting.
@safe struct HashSet: ~Copyable {
  private var slots: UnsafeMutableBufferPointer<UInt64>
  private var count = 0
  /// Free slots are 0, so the hash 0 has a place of its own.
  private var hasZero = false
  /// Keeps the loads of places from being left out.
  private var lastLoaded: UInt64 = 0

  init() {
    unsafe slots = Self.emptySlots(1 << 10)
  }

  deinit {
    unsafe slots.deallocate()
  }

  /// Adds many hashes.
  ///
  /// - Parameters:
  ///   - hashes: The hashes.
  ///   - isNew: Gets whether each of them is new, from the place `start` on.
  mutating func insert(_ hashes: Span<UInt64>, new isNew: inout [Bool], at start: Int) {
    while unsafe count + hashes.count > slots.count / 4 * 3 { grow() }
    let slots = unsafe slots
    let mask = slots.count - 1
    // Where hashes go is a matter of chance, and so is whether a branch there is guessed right. So all
    // places are loaded first, without a branch, many at once.
    var loaded: UInt64 = 0
    for number in hashes.indices {
      loaded ^= unsafe slots[Int(truncatingIfNeeded: hashes[number]) & mask]
    }
    lastLoaded = loaded
    for number in hashes.indices {
      let hash = hashes[number]
      if hash == 0 {
        isNew[start + number] = !hasZero
        hasZero = true
      } else {
        let found = unsafe Self.insert(hash, into: slots)
        isNew[start + number] = found
        count += found ? 1 : 0
      }
    }
  }

  /// Adds a hash other than 0 to slots of which some are free; false if it is there already.
  @inline(__always) private static func insert(
    _ hash: UInt64, into slots: UnsafeMutableBufferPointer<UInt64>
  ) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while unsafe slots[slot] != 0 {
      if unsafe slots[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    unsafe slots[slot] = hash
    return true
  }

  private mutating func grow() {
    let old = unsafe slots
    unsafe slots = Self.emptySlots(old.count * 2)
    for place in old.indices {
      let hash = unsafe old[place]
      if hash != 0 { _ = unsafe Self.insert(hash, into: slots) }
    }
    unsafe old.deallocate()
  }

  /// Free slots, a power of two of them.
  private static func emptySlots(_ count: Int) -> UnsafeMutableBufferPointer<UInt64> {
    let slots = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count)
    unsafe slots.initialize(repeating: 0)
    return unsafe slots
  }
}
