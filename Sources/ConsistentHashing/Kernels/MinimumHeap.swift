/// A binary heap whose first element is the least.
package struct MinimumHeap<Element: Comparable> {
  private var elements: [Element]

  /// Takes elements that are in ascending order, as they then are a heap already.
  package init(ascending elements: [Element]) {
    self.elements = elements
  }

  /// The least element; nil if there is none.
  package var first: Element? { elements.first }

  /// Adds an element.
  ///
  /// - Complexity: O(log count).
  package mutating func insert(_ element: Element) {
    var place = elements.count
    elements.append(element)
    while place > 0 {
      let parent = (place - 1) / 2
      guard elements[place] < elements[parent] else { return }
      elements.swapAt(place, parent)
      place = parent
    }
  }

  /// Takes the least element away.
  ///
  /// - Complexity: O(log count).
  package mutating func removeFirst() {
    elements.swapAt(0, elements.count - 1)
    elements.removeLast()
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      guard least != place else { return }
      elements.swapAt(place, least)
      place = least
    }
  }
}
