/// Places in a row, of which the first free one from a place on is taken.
struct FreePlaces {
  /// For a place that is taken one behind it, up to the next free one; a free place stands for itself.
  private var next: [Int]

  /// Starts with free places, one more than can be taken.
  init(_ count: Int) {
    next = Array(0...count)
  }

  /// Takes the first free place from a place on.
  ///
  /// Paths are halved on the way, so that it takes about constant time however many are taken.
  mutating func take(from start: Int) -> Int {
    var place = start
    while next[place] != place {
      next[place] = next[next[place]]
      place = next[place]
    }
    next[place] = place + 1
    return place
  }
}
