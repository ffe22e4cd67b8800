/// The slots of nodes while nodes come, go and change their weights.
struct SlotEditor {
  private let before: SlotAssignment
  /// The slots of nodes that are new or have others than before.
  private var changed: [Int: [Range<Int>]] = [:]
  private var freed: Set<Int> = []
  private var count: Int
  private var places: Int
  /// What nobody owns; not looked for until it is needed.
  private var vacant: Vacancies?

  /// Begins to change an assignment.
  init(_ assignment: SlotAssignment) {
    before = assignment
    count = assignment.count
    places = assignment.nodeCount
  }

  /// The assignment of the nodes at some places.
  func assignment(of places: some Sequence<Int>) -> SlotAssignment {
    if changed.isEmpty, freed.isEmpty { return before }
    return SlotAssignment(places.lazy.map { slots(at: $0) }, count: count)
  }

  /// Gives a new node the lowest vacant slots, or new ones after the last.
  mutating func add(units: Int, at place: Int) {
    set(place, to: SlotAssignment.joined(take(units)))
    places = place + 1
  }

  /// Makes the slots of a node vacant, which leaves.
  mutating func free(_ place: Int) {
    let slots = slots(at: place)
    vacant?.add(slots)
    changed[place] = nil
    freed.insert(place)
  }

  /// Gives a node so many slots: it takes the lowest vacant ones, or gives up its highest.
  mutating func resize(_ place: Int, to units: Int) {
    let owned = slots(at: place)
    let missing = units - owned.reduce(0) { $0 + $1.count }
    if missing > 0 {
      let all = (owned + take(missing)).sorted { $0.lowerBound < $1.lowerBound }
      set(place, to: SlotAssignment.joined(all))
    } else if missing < 0 {
      var kept: [Range<Int>] = []
      var left = units
      for range in owned {
        let part = range.prefix(left)
        if !part.isEmpty { kept.append(part) }
        vacant?.add([part.endIndex..<range.endIndex])
        left -= part.count
      }
      set(place, to: kept)
    }
  }

  private func slots(at place: Int) -> [Range<Int>] {
    if freed.contains(place) { return [] }
    return changed[place] ?? before.slots(ofNode: place)
  }

  private mutating func set(_ place: Int, to slots: [Range<Int>]) {
    changed[place] = slots
    count = max(count, slots.last?.upperBound ?? 0)
  }

  private mutating func take(_ units: Int) -> [Range<Int>] {
    var vacancies = vacant ?? Vacancies(between: (0..<places).flatMap { slots(at: $0) })
    vacant = nil
    defer { vacant = vacancies }
    return vacancies.take(units)
  }
}

/// The slots that nobody owns, the lowest first.
private struct Vacancies {
  private struct Gap: Comparable {
    let slots: Range<Int>

    static func < (a: Self, b: Self) -> Bool { a.slots.lowerBound < b.slots.lowerBound }
  }

  private var gaps = MinimumHeap<Gap>(ascending: [])
  /// All slots from here on are vacant as well.
  private var end = 0

  /// The vacant slots between those that are owned.
  init(between owned: [Range<Int>]) {
    for range in owned.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > end { gaps.insert(Gap(slots: end..<range.lowerBound)) }
      end = max(end, range.upperBound)
    }
  }

  mutating func add(_ slots: [Range<Int>]) {
    for range in slots where !range.isEmpty { gaps.insert(Gap(slots: range)) }
  }

  mutating func take(_ units: Int) -> [Range<Int>] {
    var taken: [Range<Int>] = []
    var left = units
    while left > 0, let gap = gaps.first?.slots {
      gaps.removeFirst()
      let part = gap.prefix(left)
      taken.append(part)
      left -= part.count
      add([part.endIndex..<gap.endIndex])
    }
    if left > 0 {
      taken.append(end..<end + left)
      end += left
    }
    return taken
  }
}
