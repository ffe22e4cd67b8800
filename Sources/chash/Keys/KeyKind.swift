import AccessLogs
import ConsistentHashing
import NginxConfiguration
import RemapAnalysis

/// What the keys of a cluster are.
struct KeyKind {
  /// What a key is made of; nil if that is not known.
  let pieces: [KeyPiece]?

  /// What it is made of where those are empty, in this order.
  private(set) var further: [[KeyPiece]] = []

  /// Whether the router takes the key from several sources, and one that is empty does not count.
  var isCombination: Bool {
    if case .combination? = source { true } else { false }
  }

  /// Where the router takes the key from; nil if it is an expression of its own.
  let source: KeySource?

  /// The key as the cluster has it, for messages.
  let text: String?

  /// What is hashed of a key that people write as text.
  let type: KeyType

  /// Whether the router compares names of arguments and cookies without case.
  let ignoresCase: Bool

  /// The formats that the configuration of the cluster gives logs.
  let logFormats: [ConfiguredLogFormats.Named]

  /// What generated keys look like.
  let generatedForm: GeneratedKeys.Form

  /// The kind of keys that a cluster has under its rule.
  init(
    _ placed: PlacedCluster, _ keys: RulePromises.Keys,
    logFormats: [ConfiguredLogFormats.Named] = []
  ) {
    self.logFormats = logFormats
    let placement = placed.placement
    source = placement.key
    let isAddress = placement.key == nil || placement.key == .remoteAddress
    let properties = placed.cluster.properties
    ignoresCase = !placement.rule.hasPrefix("haproxy")
    var type = KeyType.text
    if keys == .connections, isAddress {
      // HAProxy's logs have the address with its port; other logs only the address.
      pieces = [.value("client")]
      text = placement.key?.description ?? "the client's address"
    } else if keys == .addresses, isAddress {
      pieces = [.value("remote_addr")]
      text = KeySource.remoteAddress.description
    } else if case .session? = placement.key {
      // A log has it where the configuration of `generate` is told to log it.
      let variable = NginxEmitter.sessionVariable(ofCluster: placed.name)
      pieces = [.value(variable)]
      text = "the id of the session, $\(variable) in nginx"
    } else if let source = placement.key {
      let isStream = properties["context"] == NginxContext.stream.rawValue
      let alternatives = KeyPiece.alternatives(of: source, isStream: isStream)
      pieces = alternatives?.first
      further = Array(alternatives?.dropFirst() ?? [])
      text = source.description
    } else if let expression = properties["nginx-key"] {
      pieces = KeyPiece.pieces(ofNginx: expression)
      text = expression
      if pieces == [.value("binary_remote_addr")] { type = .address(maskIPv4: 32, maskIPv6: 128) }
    } else if let expression = properties["haproxy-key"] {
      let sample = HAProxySample(expression)
      pieces = sample.pieces
      text = expression
      type = sample.type ?? .text
      hasUnknownType = sample.type == nil
    } else {
      pieces = nil
      text = nil
    }
    self.type = type
    generatedForm =
      switch (placement.key, type) {
      case (.remoteAddress, _), (.proxyProtocolAddress, _), (_, .address): .ipv4
      case _ where keys != .bytes && isAddress: .ipv4
      case (.uri, _), (.path, _): .uri
      // HAProxy then reads keys as numbers.
      case _ where placement.options["hash"] == "none": .number
      case (_, .integer): .number
      default: .id
      }
  }

  /// Whether it is not known what the router hashes of a key.
  private(set) var hasUnknownType = false

  /// Says what is not known about the keys.
  func sayWhatIsUnknown() {
    guard hasUnknownType, let text else { return }
    Notes.say(
      "note: the type of \(text) is not known here, so keys are hashed as text; HAProxy hashes addresses "
        + "and numbers as bytes")
  }

  /// What is hashed of a key that was typed; nil if the key is not of the type.
  func bytes(of key: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    return type.append(key.utf8.span, to: &bytes) ? bytes : nil
  }
}
