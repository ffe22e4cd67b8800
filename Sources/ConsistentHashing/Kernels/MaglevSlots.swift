/// The free slots of a Maglev table in the making, and how far each node is in its list.
@unsafe struct MaglevSlots {
  /// The next slot that a node asks for, and the step to the one after, as fractions of the size in
  /// units of 2⁻⁶⁴: a step is one addition, whose wrap is the modulus.
  ///
  /// Both are rounded up, so after at most as many steps as slots a fraction is less than 2·size units
  /// too large, while neighbouring slots are 2⁶⁴/size units apart.
  private struct Place {
    var next: UInt64
    let skip: UInt64
  }

  private let size: UInt64
  private let places: UnsafeMutableBufferPointer<Place>

  /// A bit for each slot, 1 while it is free: an eighth of a byte a slot, so that probes stay in the
  /// cache.
  private let free: UnsafeMutableBufferPointer<UInt64>

  /// The free slots, once they are few.
  private let few: UnsafeMutableBufferPointer<UInt32>

  private var left: Int

  /// Allocates what ``deallocate()`` frees.
  init(size: Int, _ permutations: [MaglevPlacement.Permutation]) {
    unsafe self.size = UInt64(size)
    unsafe left = size
    unsafe places = .allocate(capacity: permutations.count)
    unsafe free = .allocate(capacity: (size + 63) / 64)
    unsafe free.initialize(repeating: .max)
    if !size.isMultiple(of: 64) { unsafe free[free.count - 1] = 1 << UInt64(size % 64) - 1 }
    // So few that looking at all of them is cheaper than meeting one of them by chance.
    unsafe few = .allocate(capacity: Int(Double(size).squareRoot()))
    for (node, permutation) in permutations.enumerated() {
      unsafe places.initializeElement(
        at: node, to: Place(next: fraction(permutation.offset), skip: fraction(permutation.skip)))
    }
  }

  func deallocate() {
    unsafe places.deallocate()
    unsafe free.deallocate()
    unsafe few.deallocate()
  }

  /// A slot as a fraction of the size, rounded up.
  private func fraction(_ slot: UInt32) -> UInt64 {
    slot == 0 ? 0 : unsafe size.dividingFullWidth((UInt64(slot), 0)).quotient &+ 1
  }

  /// The slot of a fraction.
  @inline(__always) private func slot(_ fraction: UInt64) -> Int {
    unsafe Int(truncatingIfNeeded: fraction.multipliedFullWidth(by: size).high)
  }

  /// Claims the next free slot of a node; there is one.
  @inline(__always) mutating func claim(_ node: Int) -> Int {
    defer { unsafe left -= 1 }
    if unsafe left > few.count { return unsafe probe(node) }
    if unsafe left == few.count { unsafe listFew() }
    return unsafe pick(node)
  }

  /// Goes along the node's list to the first free slot: size / left steps on average.
  ///
  /// Four at a time, as which of them is free cannot be predicted.
  @inline(__always) private func probe(_ node: Int) -> Int {
    let skip = unsafe places[node].skip
    var next = unsafe places[node].next
    while true {
      let (first, second) = unsafe (slot(next), slot(next &+ skip))
      let (third, fourth) = unsafe (slot(next &+ 2 &* skip), slot(next &+ 3 &* skip))
      let some =
        unsafe isFree(first) | isFree(second) &<< 1
        | isFree(third) &<< 2 | isFree(fourth) &<< 3
      if some != 0 {
        let steps = UInt64(truncatingIfNeeded: some.trailingZeroBitCount)
        next &+= steps &* skip
        let slot = unsafe slot(next)
        unsafe places[node].next = next &+ skip
        unsafe free[slot >> 6] &= ~(1 << UInt64(slot & 63))
        return slot
      }
      next &+= 4 &* skip
    }
  }

  /// 1 for a free slot, 0 for a claimed one.
  @inline(__always) private func isFree(_ slot: Int) -> UInt64 {
    unsafe (free[slot >> 6] >> UInt64(slot & 63)) & 1
  }

  @inline(never) private func listFew() {
    var count = 0
    for slot in unsafe 0..<Int(size) where unsafe isFree(slot) != 0 {
      unsafe few[count] = UInt32(slot)
      count += 1
    }
  }

  /// Of the few free slots the one that the node comes to first.
  ///
  /// It comes to slot s after (s − next) / skip steps, divided modulo the size: again one product of a
  /// fraction, rounded by less than `size` units.
  @inline(never) private func pick(_ node: Int) -> Int {
    let place = unsafe places[node]
    let next = unsafe slot(place.next)
    let skip = unsafe slot(place.skip)
    let factor = unsafe fraction(inverse(of: UInt32(skip), modulo: UInt32(size)))
    var least = UInt64.max
    var found = 0
    for candidate in unsafe 0..<left {
      let steps = unsafe UInt64(bitPattern: Int64(few[candidate]) &- Int64(next)) &* factor
      if steps <= least {
        least = steps
        found = candidate
      }
    }
    let slot = unsafe Int(few[found])
    unsafe few[found] = unsafe few[left - 1]
    unsafe places[node].next = unsafe fraction(UInt32((slot + skip) % Int(size)))
    return slot
  }
}

/// The number whose product with another is 1 modulo a third that has no factor in common with it (Euclid's
/// algorithm).
private func inverse(of number: UInt32, modulo size: UInt32) -> UInt32 {
  var (a, b) = (size, number)
  var (x, y) = (0 as Int32, 1 as Int32)
  while b > 1 {
    let quotient = a / b
    (a, b) = (b, a &- quotient &* b)
    (x, y) = (y, x &- Int32(bitPattern: quotient) &* y)
  }
  return UInt32(bitPattern: y < 0 ? y &+ Int32(bitPattern: size) : y)
}
