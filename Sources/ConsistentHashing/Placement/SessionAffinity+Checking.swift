extension SessionAffinity {
  /// The lifetimes that are taken, in seconds: a minute to 400 days, which is the most that browsers
  /// grant.
  public static let lifetimes = 60...34_560_000

  /// The shortest secret, in bytes.
  public static let shortestSecret = 16

  /// Throws unless every setting is one that a cookie or a header can have.
  func check() throws(ClusterError) {
    guard Self.isToken(cookie) else {
      throw Self.refusal(
        .cookie, cookie, "cannot name a cookie",
        "use letters, digits and '_'")
    }
    guard Self.isToken(header) else {
      throw Self.refusal(
        .header, header, "cannot name a header",
        "use letters, digits and '-', as in \(Self.standard.header)")
    }
    if let lifetime, !Self.lifetimes.contains(lifetime) {
      throw Self.refusal(
        .lifetime, Self.written(seconds: lifetime), "is not a lifetime from a minute to 400 days",
        "write 30m, 12h or 7d, or leave it out: the cookie then ends with the browser")
    }
    guard Self.isPath(path) else {
      throw Self.refusal(
        .path, path, "is not the path of a cookie",
        "write an absolute path such as /shop, without spaces and ';'")
    }
    if let domain, !Self.isDomain(domain) {
      throw Self.refusal(
        .domain, domain, "is not a domain", "write it as shop.example, or leave it out")
    }
    if sameSite == .none, secure == .never {
      throw ClusterError(
        .invalidOption, Field.sameSite.subject,
        "sameSite is none and secure is false, and browsers drop such a cookie",
        remedy: "write secure: true")
    }
    if fallback != nil, follow == .key {
      throw ClusterError(
        .invalidOption, Field.fallback.subject,
        "the session follows the key, which is the id of the cookie alone",
        remedy: "leave the fallback out, or write follow: server or follow: list")
    }
    if let secret, secret.utf8.count < Self.shortestSecret {
      throw ClusterError(
        .invalidOption, Field.secret.subject,
        "the secret has \(secret.utf8.count) bytes, which is too short to be one",
        remedy: "use at least \(Self.shortestSecret) random characters")
    }
  }

  /// The fields of the settings, in the order in which they are written.
  package enum Field: String, CaseIterable, CodingKey {
    case cookie, follow, lifetime, sameSite, secure, path, domain, header, fallback, secret

    /// The setting as the subject of an error.
    package var subject: ClusterError.Subject { .option("session.\(rawValue)") }
  }

  private static func refusal(
    _ field: Field, _ value: String, _ problem: String, _ remedy: String
  ) -> ClusterError {
    ClusterError(
      .invalidOption, field.subject, "the \(field.rawValue) \(quoted(value)) \(problem)",
      remedy: remedy)
  }

  /// Whether a text is a token of RFC 9110, as names of cookies and headers are.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 200
      && text.utf8.allSatisfy { byte in
        isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
  }

  private static func isPath(_ text: String) -> Bool {
    text.utf8.first == UInt8(ascii: "/") && text.utf8.count <= 1000
      && text.utf8.allSatisfy { byte in
        // A '$' would be a variable to a proxy, and the others end an attribute or a text.
        (0x21...0x7E).contains(byte) && !";,\"\\$".utf8.contains(byte)
      }
  }

  private static func isDomain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy { isLetterOrDigit($0) || "-.".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
