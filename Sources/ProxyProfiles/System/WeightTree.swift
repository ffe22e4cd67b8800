/// Servers side by side, each as wide as its weight, from which servers are taken away.
///
/// Sums of weights in a tree (Fenwick's), so that a server is found and taken away in O(log servers).
struct WeightTree {
  /// Up to so many servers, walks go through the list instead, and allocate nothing.
  static let mostWithout = 128

  /// At place p from 1 the sum of as many weights, up to that of p, as the lowest bit of p says.
  private var sums: [Int]
  private var weights: [Int]
  /// The sum of all weights that are left.
  private(set) var total: Int

  /// Takes weights of 0 or more.
  init(_ weights: [Int]) {
    self.weights = weights
    total = weights.reduce(0, +)
    sums = [0] + weights
    for place in sums.indices.dropFirst() {
      let next = place + place & -place
      if next < sums.count { sums[next] += sums[place] }
    }
  }

  /// The server in which a number below the total falls.
  func server(at target: Int) -> Int {
    var place = 0
    var left = target
    var step = 1 << (Int.bitWidth - 1 - sums.count.leadingZeroBitCount)
    while step > 0 {
      if place + step < sums.count, sums[place + step] <= left {
        place += step
        left -= sums[place]
      }
      step >>= 1
    }
    return place
  }

  /// Takes a server away.
  mutating func remove(_ server: Int) {
    var place = server + 1
    while place < sums.count {
      sums[place] -= weights[server]
      place += place & -place
    }
    total -= weights[server]
    weights[server] = 0
  }
}
