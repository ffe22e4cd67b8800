import Configurations
import ConsistentHashing

/// The kind that a cookie is, with what it says.
struct ExplainedCookie {
  let kind: any CookieKind
  let reading: CookieReading

  /// Finds the kind that fits a cookie: the first that names a server, or else the one that comes closest.
  ///
  /// - Throws: ``CommandError`` if a line has no cookie of the kinds.
  init(_ given: GivenCookie, of input: CookieInput) throws(CommandError) {
    var best: ExplainedCookie?
    for kind in input.kinds {
      // Of several cookies of the name the first counts.
      let values = given.values(named: kind.cookie)
      for value in kind.cookie == nil ? values[...] : values.prefix(1) {
        let other = ExplainedCookie(kind: kind, reading: kind.reading(of: value))
        if best.map({ other.rank > $0.rank }) ?? true { best = other }
      }
    }
    guard let best else {
      let names = given.pairs.map { String(decoding: $0.name.prefix(64), as: UTF8.self) }
      let wanted = input.kinds.compactMap(\.cookie).map { "'\($0)'" }
      throw CommandError(
        "the line has no cookie \(wanted.isEmpty ? "at all" : wanted.joined(separator: " or "))"
          + (names.isEmpty ? "" : ", only \(names.prefix(10).joined(separator: ", "))")
          + "; give the value by itself, or a line that has it")
    }
    self = best
  }

  private init(kind: any CookieKind, reading: CookieReading) {
    self.kind = kind
    self.reading = reading
  }

  /// How well the kind fits.
  private var rank: Int {
    if reading.server != nil { return 5 }
    switch reading.defect {
    case .otherSecret: return 4
    case .unknownServer: return 3
    case .hashed: return 2
    case .malformed, nil: return 1
    }
  }
}
