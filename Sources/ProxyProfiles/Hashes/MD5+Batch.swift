internal import CMD5
internal import CXXHash

extension MD5 {
  /// The first words of the digests of many keys, moved to the left.
  ///
  /// Sixteen keys at a time where all of them fit one block, several times as fast as one by one.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, laid end to end.
  ///   - start: Where the first key begins.
  ///   - ends: Where each key ends, within `keys` and in ascending order.
  ///   - shift: How far each word is moved to the left.
  ///   - words: As many places as there are ends.
  static func firstWords(
    _ keys: Span<UInt8>, from start: Int, ends: Span<Int>, shiftedBy shift: UInt64,
    into words: inout MutableSpan<UInt64>
  ) {
    let lanes = 16
    var start = start
    var first = 0
    var starts = InlineArray<16, Int>(repeating: 0)
    var lengths = InlineArray<16, Int>(repeating: 0)
    var digests = InlineArray<16, UInt32>(repeating: 0)
    while first < ends.count {
      // Lanes of the last group that no key is left for hash no bytes.
      let count = min(lanes, ends.count &- first)
      var longest = 0
      for lane in 0..<lanes {
        let end = lane < count ? ends[first &+ lane] : start
        starts[lane] = start
        lengths[lane] = end &- start
        longest = max(longest, end &- start)
        start = end
      }
      if longest > cmd5_longest_key || count < 3 {
        for lane in 0..<count {
          let key = unsafe keys.extracting(
            unchecked: starts[lane]..<(starts[lane] &+ lengths[lane]))
          words[first &+ lane] = UInt64(digest(key).0) &<< shift
        }
      } else {
        digestTogether(keys, starts, lengths, &digests)
        for lane in 0..<count { words[first &+ lane] = UInt64(digests[lane]) &<< shift }
      }
      first &+= count
    }
  }

  private static func digestTogether(
    _ keys: Span<UInt8>, _ starts: borrowing InlineArray<16, Int>,
    _ lengths: borrowing InlineArray<16, Int>, _ digests: inout InlineArray<16, UInt32>
  ) {
    let starts = starts.span
    let lengths = lengths.span
    var digests = digests.mutableSpan
    unsafe keys.withUnsafeBufferPointer { keys in
      unsafe starts.withUnsafeBufferPointer { starts in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          unsafe digests.withUnsafeMutableBufferPointer { digests in
            unsafe cmd5_first_words(
              keys.baseAddress, starts.baseAddress, lengths.baseAddress, digests.baseAddress,
              cxxhash_instructions())
          }
        }
      }
    }
  }
}
