import CKeyLoops

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A set of 64-bit hashes: open addressing with linear probing, at most three quarters full.
///
/// The standard library's set hashes its elements once more, which takes most of the time of counting.
@safe struct HashSet: ~Copyable {
  private var slots: UnsafeMutableBufferPointer<UInt64>
  private var count = 0

  init() {
    unsafe slots = Self.emptySlots(1 << 10)
  }

  deinit {
    unsafe slots.deallocate()
  }

  /// Makes room for as many hashes as a set is expected to have, since growing takes longer than adding.
  mutating func reserve(_ expected: Int) {
    var size = unsafe slots.count
    while size / 4 * 3 < expected { size *= 2 }
    if unsafe size > slots.count { move(to: size) }
  }

  /// Adds many hashes.
  ///
  /// - Parameters:
  ///   - hashes: The hashes; 0 counts as the largest.
  ///   - isNew: Gets whether each of them is new, from the place `start` on.
  mutating func insert(_ hashes: Span<UInt64>, new isNew: inout [Bool], at start: Int) {
    reserve(count + hashes.count)
    let slots = unsafe slots
    count += unsafe hashes.withUnsafeBufferPointer { hashes in
      unsafe isNew.withUnsafeMutableBufferPointer { isNew in
        unsafe Self.add(hashes, to: slots, UnsafeMutableBufferPointer(rebasing: isNew[start...]))
      }
    }
  }

  /// Adds hashes to slots of which some stay free; returns how many were new.
  private static func add(
    _ hashes: UnsafeBufferPointer<UInt64>, to slots: UnsafeMutableBufferPointer<UInt64>,
    _ isNew: UnsafeMutableBufferPointer<Bool>
  ) -> Int {
    unsafe ckeyloops_insert(
      slots.baseAddress, UInt64(slots.count - 1), hashes.baseAddress, hashes.count,
      isNew.baseAddress)
  }

  private mutating func move(to size: Int) {
    let old = unsafe slots
    let new = unsafe Self.emptySlots(size)
    let mask = size - 1
    for place in old.indices {
      let hash = unsafe old[place]
      guard hash != 0 else { continue }
      var slot = Int(truncatingIfNeeded: hash) & mask
      while unsafe new[slot] != 0 { slot = (slot + 1) & mask }
      unsafe new[slot] = hash
    }
    unsafe slots = new
    unsafe old.deallocate()
  }

  /// Free slots, a power of two of them.
  private static func emptySlots(_ count: Int) -> UnsafeMutableBufferPointer<UInt64> {
    let bytes = count * MemoryLayout<UInt64>.stride
    let isLarge = bytes >= largePage
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: bytes, alignment: isLarge ? largePage : MemoryLayout<UInt64>.alignment)
    #if os(Linux)
    // Each access is in another page, and the processor knows only so many. Without large pages it
    // asks for each.
    if isLarge { _ = unsafe madvise(memory.baseAddress, bytes, MADV_HUGEPAGE) }
    #endif
    return unsafe memory.initializeMemory(as: UInt64.self, repeating: 0)
  }

  private static let largePage = 1 << 21
}
