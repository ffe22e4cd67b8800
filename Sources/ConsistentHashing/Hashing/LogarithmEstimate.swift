internal import CXXHash

/// The negative logarithm to about 25 bits, without a division or a branch.
///
/// Weighted rendezvous hashing compares one logarithm for each distinct weight. Nearly always the
/// smallest is so far ahead that an estimate tells it; only where estimates are closer than their
/// error are the exact ones, ``NegativeLogarithm``, asked.
struct LogarithmEstimate: Sendable {
  /// The intervals of [1, 2) that an estimate is looked up in.
  let intervals: [cxxhash_logarithm_interval]

  /// An estimate e of a value v satisfies v·(1 − error) ≤ e ≤ v·(1 + error); it is 0 where v is.
  static let error = 0x1p-25

  /// Built once; selectors share the storage.
  static let shared = LogarithmEstimate()

  private init() {
    intervals = (0..<128).map { interval in
      let c = interval == 0 ? 1 : interval == 127 ? 2 : 1 + (Double(interval) + 0.5) / 128
      // −ln c from what is known in (0, 1].
      return cxxhash_logarithm_interval(inverse: 1 / c, logarithm: -NegativeLogarithm.value(1 / c))
    }
  }
}
