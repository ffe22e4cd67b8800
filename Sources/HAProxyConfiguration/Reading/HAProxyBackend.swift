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
  /// `mode`: tcp unless given.
  public internal(set) var mode = Mode.tcp
  /// `balance`: how a server is picked.
  public internal(set) var method = HAProxyMethod.roundRobin
  /// `hash-type`.
  public internal(set) var hashType = HAProxyHashType()
  /// `hash-balance-factor`: how far above the mean the load of a server may be, in per cent; 0 for no
  /// limit.
  public internal(set) var hashBalanceFactor = 0
  /// `hash-preserve-affinity`, as written (3.2).
  public internal(set) var hashPreserveAffinity: String?
  /// `option allbackups`: all backup servers are used together.
  public internal(set) var usesAllBackups = false
  /// `option redispatch`: after how many failures another server is tried, as written; nil without it.
  public internal(set) var redispatch: Int?
  /// The lines that pick a server before `balance` does, for requests that they apply to.
  public internal(set) var firstChoices: [HAProxyFirstChoice] = []
  /// `disabled`: the section is not used.
  public internal(set) var isDisabled = false
  /// The servers in their order.
  public internal(set) var servers: [HAProxyServerLine] = []
  /// Where it stands.
  public let location: HAProxyLocation
  /// The place of the section in its file, up to the next one.
  public internal(set) var range: Range<Int>
  /// The first thing in it, or in the `defaults` that it takes, that HAProxy rejects or only a running
  /// HAProxy knows: servers may be missing, so there is no ``cluster()``.
  public internal(set) var flaw: HAProxyProblem?

  init(name: String, kind: Kind, settings: HAProxySettings, location: HAProxyLocation, start: Int) {
    self.name = name
    self.kind = kind
    self.location = location
    range = start..<start
    take(settings)
  }

  /// Takes what applies to the section.
  mutating func take(_ settings: HAProxySettings) {
    mode = settings.mode
    method = settings.method
    hashType = settings.hashType
    hashBalanceFactor = settings.hashBalanceFactor
    hashPreserveAffinity = settings.hashPreserveAffinity
    usesAllBackups = settings.usesAllBackups
    redispatch = settings.redispatch
    firstChoices = settings.firstChoices
    isDisabled = settings.isDisabled
    flaw = settings.flaw
  }
}

/// A line that picks a server before `balance` does: for requests of known sessions, or on a condition.
public struct HAProxyFirstChoice: Hashable, Sendable {
  /// Its first word: `cookie`, `stick`, `persist`, `use-server` or `dispatch`.
  public let keyword: String
  /// Where it stands.
  public let location: HAProxyLocation
}

/// What a section says of itself, or takes from `defaults`.
struct HAProxySettings {
  var mode = HAProxyBackend.Mode.tcp
  var method = HAProxyMethod.roundRobin
  var hashType = HAProxyHashType()
  var hashBalanceFactor = 0
  var hashPreserveAffinity: String?
  var usesAllBackups = false
  var redispatch: Int?
  var firstChoices: [HAProxyFirstChoice] = []
  var isDisabled = false
  var server = HAProxyServerSettings()
  var flaw: HAProxyProblem?

  init(_ version: HAProxyVersion) {
    method = HAProxyBalanceRule.standard(version)
  }
}

/// What `default-server` may say of servers.
struct HAProxyServerSettings {
  var id: Int?
  var guid: String?
  var weight = 1
  var hashKey = HAProxyServerLine.HashKey.id
  var isBackup = false
  var isDisabled = false
  var isResolvedLater = false
}
