/// The parts of a cookie of sessions.
struct SessionCookieParts: Hashable {
  var id: [UInt8] = []
  var mark: [UInt8]?
  var time: [UInt8]?

  /// What no router writes.
  struct Malformed: Error {
    let position: Int
    let problem: String
  }

  /// The digits of an id.
  static let idLength = 32
  /// The most digits of a time.
  static let longestTime = 9

  /// Takes a value apart.
  static func parse(_ value: [UInt8]) -> Result<SessionCookieParts, Malformed> {
    func fail(_ position: Int, _ problem: String) -> Result<SessionCookieParts, Malformed> {
      .failure(Malformed(position: position, problem: problem))
    }
    let id = Array(value.prefix(idLength))
    if let difference = differenceFromHex(id, digits: idLength, what: "an id") {
      return fail(difference.position, difference.problem)
    }
    var parts = SessionCookieParts(id: id)
    var start = idLength
    while start < value.count {
      guard value[start] == UInt8(ascii: ".") else {
        return fail(
          start + 1,
          "character \(start + 1) is \(characterText(value[start])), where the value ends or a dot stands"
        )
      }
      guard parts.time == nil else { return fail(start + 1, "nothing comes after the time") }
      let end = value[(start + 1)...].firstIndex(of: UInt8(ascii: ".")) ?? value.count
      let word = Array(value[(start + 1)..<end])
      if parts.mark == nil, word.count == SessionTokens.length,
        word.allSatisfy(CookieCharacters.isHex)
      {
        parts.mark = word
      } else if (1...longestTime).contains(word.count), word.allSatisfy(CookieCharacters.isDigit) {
        parts.time = word
      } else {
        let isTime = parts.mark != nil
        let bad = word.prefix(isTime ? longestTime : SessionTokens.length).firstIndex {
          isTime ? !CookieCharacters.isDigit($0) : !CookieCharacters.isHex($0)
        }
        let length = min(word.count, isTime ? longestTime : SessionTokens.length)
        return fail(
          start + 2 + (bad ?? length),
          isTime
            ? "from character \(start + 2) on there is no time, which has 1 to \(longestTime) digits"
            : "from character \(start + 2) on there is no name of a server, which has "
              + "\(SessionTokens.length) hexadecimal digits, and no time")
      }
      start = end
    }
    return .success(parts)
  }
}
