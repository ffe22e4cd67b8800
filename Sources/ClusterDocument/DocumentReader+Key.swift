internal import ConsistentHashing
internal import YAMLReading

extension DocumentReader {
  /// Reads where the key is: a text, or a list of alternatives.
  mutating func keySource() throws(DocumentError) -> KeySource {
    let event = try events.next()
    places[.key] = event.location
    if case .sequenceStart = event.kind { return try keyList(event.location) }
    let value = try scalar(event, "the key")
    do throws(ClusterError) {
      return try KeySource(parsing: value.text)
    } catch {
      throw self.error(value.location, error.problem, error.remedy)
    }
  }

  /// Reads the items of a list, each an alternative.
  private func keyList(_ start: DocumentError.Location) throws(DocumentError) -> KeySource {
    var alternatives: [[KeyCombination.Piece]] = []
    var key: KeySource?
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      let value = try scalar(event, "item \(alternatives.count + 1) of the key")
      do throws(ClusterError) {
        alternatives.append(try KeyCombination.alternative(parsing: value.text))
        // With each item, so that an error is at the item that makes it.
        key = try KeySource(alternatives: alternatives)
      } catch {
        throw self.error(value.location, error.problem, error.remedy)
      }
    }
    guard let key else {
      throw error(start, "the list of keys is empty", "write \(KeySource.forms)")
    }
    return key
  }
}
