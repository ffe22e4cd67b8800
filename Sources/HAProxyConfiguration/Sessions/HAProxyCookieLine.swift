/// The line `cookie NAME …` of a backend.
struct HAProxyCookieLine: Hashable {
  /// What HAProxy does with the cookie.
  enum Mode: String, CaseIterable {
    /// HAProxy sets a cookie of its own.
    case insert
    /// HAProxy writes the server over the value of the application's cookie.
    case rewrite
    /// HAProxy writes the server in front of the value of the application's cookie.
    case prefix
  }

  /// The name of the cookie.
  let name: String
  /// What HAProxy does with it; nil if only the application sets it.
  let mode: Mode?
  /// Words without an argument: `indirect`, `nocache`, `dynamic` and so on.
  let flags: Set<String>
  /// `maxidle`, as written.
  let maximumIdle: String?
  /// `maxlife`, as written.
  let maximumLife: String?

  /// Takes the words of the line after the first apart; nil if they name no cookie.
  init?(_ arguments: String) {
    let words = arguments.split(separator: " ").map(String.init)
    guard let name = words.first else { return nil }
    self.name = name
    var flags: Set<String> = []
    var values: [String: String] = [:]
    var mode: Mode?
    var position = 1
    while position < words.count {
      let word = words[position]
      if ["domain", "maxidle", "maxlife", "attr"].contains(word) {
        if position + 1 < words.count { values[word] = words[position + 1] }
        position += 1
      } else if let found = Mode(rawValue: word) {
        mode = found
      } else {
        flags.insert(word)
      }
      position += 1
    }
    self.mode = mode
    self.flags = flags
    maximumIdle = values["maxidle"]
    maximumLife = values["maxlife"]
  }

  /// Whether servers without a value of their own have one that HAProxy computes.
  var isDynamic: Bool { flags.contains("dynamic") }
}
