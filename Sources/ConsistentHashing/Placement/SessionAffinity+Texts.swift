extension SessionAffinity {
  /// Reads settings from their texts, as documents have them.
  ///
  /// - Throws: ``ClusterError`` with the subject `option("session.FIELD")`.
  package init(_ texts: [Field: String]) throws(ClusterError) {
    func choice<Choice: RawRepresentable & CaseIterable>(_ field: Field, or standard: Choice)
      throws(ClusterError) -> Choice where Choice.RawValue == String
    {
      guard let text = texts[field] else { return standard }
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map { $0.rawValue }.joined(separator: ", ")
        throw ClusterError(
          .invalidOption, field.subject, "\(field.rawValue) cannot be \(quoted(text))",
          remedy: "write one of \(known)")
      }
      return choice
    }
    var lifetime: Int?
    if let text = texts[.lifetime] {
      guard let seconds = Self.seconds(of: text) else {
        throw ClusterError(
          .invalidOption, Field.lifetime.subject, "\(quoted(text)) is not a lifetime",
          remedy: "write a number with its unit: 90s, 30m, 12h or 7d")
      }
      lifetime = seconds
    }
    var fallback: Fallback?
    if let text = texts[.fallback] {
      guard let source = KeySource(single: text).flatMap(Fallback.init) else {
        throw ClusterError(
          .invalidOption, Field.fallback.subject, "the fallback cannot be \(quoted(text))",
          remedy: "write arg:NAME, header:NAME or remote-addr")
      }
      fallback = source
    }
    let standard = Self.standard
    try self.init(
      cookie: texts[.cookie] ?? standard.cookie,
      follow: try choice(.follow, or: standard.follow), lifetime: lifetime,
      sameSite: try choice(.sameSite, or: standard.sameSite),
      secure: try choice(.secure, or: standard.secure), path: texts[.path] ?? standard.path,
      domain: texts[.domain], header: texts[.header] ?? standard.header, fallback: fallback,
      secret: texts[.secret])
  }

  /// The settings that differ from the standard, as texts, in the order of the fields.
  package var texts: [(field: Field, text: String)] {
    let standard = Self.standard
    let all: [(Field, String?, String?)] = [
      (.cookie, cookie, standard.cookie), (.follow, follow.rawValue, standard.follow.rawValue),
      (.lifetime, lifetime.map(Self.written(seconds:)), nil),
      (.sameSite, sameSite.rawValue, standard.sameSite.rawValue),
      (.secure, secure.rawValue, standard.secure.rawValue), (.path, path, standard.path),
      (.domain, domain, nil), (.header, header, standard.header),
      (.fallback, fallback?.source.description, nil), (.secret, secret, nil),
    ]
    return all.compactMap { field, text, usual in
      text == usual ? nil : text.map { (field, $0) }
    }
  }

  private static let units: [(letter: Character, seconds: Int)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  /// The seconds that a text such as `30m` says; nil if it is none.
  package static func seconds(of text: String) -> Int? {
    guard let unit = units.first(where: { text.last == $0.letter }),
      let number = Int(text.dropLast()), number > 0, text.utf8.first != UInt8(ascii: "+")
    else { return nil }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: unit.seconds)
    return overflow ? nil : seconds
  }

  /// Seconds in the largest unit that divides them.
  package static func written(seconds: Int) -> String {
    let unit = units.first { seconds.isMultiple(of: $0.seconds) } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.letter)"
  }
}

extension SessionAffinity: Codable {
  /// Reads an object of texts, with the fields of the block `session` of a document.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Field.self)
    var texts: [Field: String] = [:]
    for field in Field.allCases {
      texts[field] = try container.decodeIfPresent(String.self, forKey: field)
    }
    do throws(ClusterError) {
      try self.init(texts)
    } catch {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath, debugDescription: error.description,
          underlyingError: error))
    }
  }

  /// Writes the fields that differ from the standard.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Field.self)
    for (field, text) in texts { try container.encode(text, forKey: field) }
  }
}
