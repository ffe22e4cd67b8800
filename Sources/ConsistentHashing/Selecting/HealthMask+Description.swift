extension HealthMask: CustomStringConvertible {
  /// How many nodes are up, and the first few that are down.
  public var description: String {
    let down = (0..<count).lazy.filter { !self[$0] }
    let first = down.prefix(5).map { "\($0)" }.joined(separator: ", ")
    let more = upCount < count - 5 ? ", …" : ""
    return "HealthMask(\(upCount) of \(count) up"
      + (first.isEmpty ? ")" : "; down: \(first)\(more))")
  }
}
