internal import ConsistentHashing

/// The places of a list from the largest bid to the smallest, for rules in which every server bids for
/// a key.
struct BidOrder<Score: Comparable & BitwiseCopyable> {
  private struct Bid: BitwiseCopyable {
    var score: Score
    var place: Int
  }

  /// How many bids a pass over the places keeps.
  private static var kept: Int { 64 }
  private static var mostInPasses: Int { 256 }
  private static var mostWithoutAllocation: Int { 4096 }

  private let count: Int
  private let tiesGoToLast: Bool

  /// Describes an order.
  ///
  /// - Parameters:
  ///   - count: The number of places.
  ///   - tiesGoToLast: Whether of equal bids the one that stands last wins, or the first.
  init(count: Int, tiesGoToLast: Bool) {
    self.count = count
    self.tiesGoToLast = tiesGoToLast
  }

  private func beats(_ a: Bid, _ b: Bid) -> Bool {
    if a.score != b.score { return a.score > b.score }
    return tiesGoToLast ? a.place > b.place : a.place < b.place
  }

  /// The place of the largest bid among some places; nil if there is none.
  func best(where isIncluded: (Int) -> Bool, score: (Int) -> Score) -> Int? {
    var best: Bid?
    for place in 0..<count where isIncluded(place) {
      let bid = Bid(score: score(place), place: place)
      if best.map({ beats(bid, $0) }) ?? true { best = bid }
    }
    return best?.place
  }

  /// Visits all places from the largest bid to the smallest.
  ///
  /// - Complexity: One pass over the places for each 64 that are visited, without allocation. Of more than
  ///   4096 places, those after the first 256 are sorted.
  func walk(score: (Int) -> Score, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard count > 0 else { return .everyNode }
    var best = InlineArray<64, Bid>(repeating: Bid(score: score(0), place: 0))
    var last: Bid?
    var visited = 0
    while visited < count {
      if visited >= Self.mostInPasses, count > Self.mostWithoutAllocation {
        let bids = (0..<count).map { Bid(score: score($0), place: $0) }.sorted(by: beats)
        return bids[visited...].allSatisfy { visit($0.place) } ? .everyNode : .stopped
      }
      var found = 0
      for place in 0..<count {
        let bid = Bid(score: score(place), place: place)
        // What does not come after the last was visited before.
        if let last, !beats(last, bid) { continue }
        if found == Self.kept {
          guard beats(bid, best[found - 1]) else { continue }
        } else {
          found += 1
        }
        var position = found - 1
        while position > 0, beats(bid, best[position - 1]) {
          best[position] = best[position - 1]
          position -= 1
        }
        best[position] = bid
      }
      for position in 0..<found where !visit(best[position].place) { return .stopped }
      visited += found
      last = best[found - 1]
    }
    return .everyNode
  }
}
