public import Configurations
internal import ProxyProfiles

/// A section with servers, as it was read: `backend` or `listen`.
public struct HAProxyBackend: Hashable, Sendable {
  /// The word that begins the section.
  public enum Kind: String, Hashable, Sendable {
    /// Servers only.
    case backend
    /// Servers and where to listen.
    case listen
  }

  /// What requests are: the keyword `mode`.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// Connections, of which only the addresses are known.
    case tcp
    /// Requests.
    case http
    /// Log messages (2.9).
    case log
    /// Messages of filters (3.1).
    case spop
  }

  /// The name.
  public let name: String
  /// The word that begins it.
  public let kind: Kind
  /// `mode`; the default is tcp.
  public internal(set) var mode = Mode.tcp
  /// `balance`: how a server is picked.
  public internal(set) var method = HAProxyMethod.roundRobin
  /// `hash-type`.
  public internal(set) var hashType = HAProxyHashType()
  /// `hash-balance-factor`: the highest load of a server, in per cent of the mean; 0 for no limit.
  public internal(set) var hashBalanceFactor = 0
  /// `hash-preserve-affinity`, as written (3.2).
  public internal(set) var hashPreserveAffinity: String?
  /// `option allbackups`: all backup servers are used together.
  public internal(set) var usesAllBackups = false
  /// `option redispatch`: the number of failures after which another server is tried, as written.
  public internal(set) var redispatch: Int?
  /// The lines that pick a server before `balance` does, for requests that they apply to.
  public internal(set) var firstChoices: [HAProxyFirstChoice] = []
  /// `dynamic-cookie-key`: what HAProxy computes the values of cookies with.
  var dynamicCookieKey: String?
  /// `disabled`: the section is not used.
  public internal(set) var isDisabled = false
  /// The servers in their order.
  public internal(set) var servers: [HAProxyServerLine] = []
  /// Where the section is.
  public let location: ConfigurationLocation
  /// The range of the section in its file, up to the next section.
  public internal(set) var range: Range<Int>
  /// The first problem of the section, or of its `defaults`, that makes it not known in full.
  ///
  /// HAProxy rejects a line, or only a running HAProxy knows what it means. Servers may be missing, so
  /// there is no ``cluster(hosts:)``.
  public internal(set) var flaw: ConfigurationProblem?

  /// Whether the section begins in a condition that cannot be decided.
  ///
  /// Nothing but its name is known then.
  public internal(set) var isInUndecidedCondition = false
  /// What its lines take from outside of the configuration.
  var sources: [HAProxyVariableSource] = []

  init(
    name: String, kind: Kind, settings: HAProxySettings, location: ConfigurationLocation, start: Int
  ) {
    self.name = name
    self.kind = kind
    self.location = location
    range = start..<start
    take(settings)
  }

  /// Takes the settings of the section.
  mutating func take(_ settings: HAProxySettings) {
    mode = settings.mode
    method = settings.method
    hashType = settings.hashType
    hashBalanceFactor = settings.hashBalanceFactor
    hashPreserveAffinity = settings.hashPreserveAffinity
    usesAllBackups = settings.usesAllBackups
    redispatch = settings.redispatch
    firstChoices = settings.firstChoices
    dynamicCookieKey = settings.dynamicCookieKey
    if settings.hasOwnCookie,
      let last = firstChoices.lastIndex(where: { $0.keyword == "cookie" })
    {
      var position = -1
      firstChoices.removeAll {
        position += 1
        return $0.keyword == "cookie" && position != last
      }
    }
    isDisabled = settings.isDisabled
    flaw = settings.flaw
    sources = settings.sources
  }
}

/// A line that picks a server before `balance` does: for known sessions, or on a condition.
public struct HAProxyFirstChoice: Hashable, Sendable {
  /// Its first word: `cookie`, `stick`, `persist`, `use-server` or `dispatch`.
  public let keyword: String
  /// The words after the first.
  public let arguments: String
  /// Where the line is.
  public let location: ConfigurationLocation
}

/// The settings of a section, or of `defaults`.
struct HAProxySettings {
  var mode = HAProxyBackend.Mode.tcp
  var method = HAProxyMethod.roundRobin
  var hashType = HAProxyHashType()
  var hashBalanceFactor = 0
  var hashPreserveAffinity: String?
  var usesAllBackups = false
  var redispatch: Int?
  var firstChoices: [HAProxyFirstChoice] = []
  /// Whether a line of the section itself is `cookie`, so that all but the last have no effect.
  var hasOwnCookie = false
  var dynamicCookieKey: String?
  var isDisabled = false
  var server = HAProxyServerSettings()
  var flaw: ConfigurationProblem?
  /// What its lines take from outside of the configuration.
  var sources: [HAProxyVariableSource] = []

  init(_ version: HAProxyVersion) {
    method = HAProxyBalanceRule.standard(version)
  }
}

/// The settings of a server that `default-server` may give.
struct HAProxyServerSettings {
  /// The words that do not change where keys go, with their arguments; `true` for words without one.
  var parameters: [String: String] = [:]
  var id: Int?
  var guid: String?
  var weight = 1
  var hashKey = HAProxyHashKey.id
  var isBackup = false
  var isDisabled = false
  var isResolvedLater = false

  /// Keeps a word that does not change where keys go.
  ///
  /// `no-WORD` removes a word.
  mutating func keep(_ word: String, _ value: String) {
    let own = ["id", "guid", "weight", "hash-key", "backup", "no-backup", "disabled", "enabled"]
    guard !own.contains(word) else { return }
    if word.utf8.starts(with: "no-".utf8) {
      parameters[String(word.dropFirst(3))] = nil
      // Some words are on by default, so that the negation has a meaning.
      if Self.defaults.contains(word) { parameters[word] = value }
    } else {
      parameters[word] = value
      parameters["no-" + word] = nil
    }
  }

  /// Negations of what HAProxy does by default.
  private static let defaults: Set<String> = [
    "no-ssl-reuse", "no-tls-tickets", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12",
    "no-tlsv13", "no-check-reuse-pool", "no-sni-auto", "no-check-sni-auto",
  ]
}
