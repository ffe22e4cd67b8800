/// A backend that keys are placed on.
///
/// Identity is not the address: a node that moves to a new address keeps its ``id`` and therefore its
/// keys. (Real systems differ: nginx hashes the address as it is written. Their profiles say so.)
///
/// ```swift
/// let nodes: [Node] = [
///   "10.0.0.1:8080",
///   Node(id: "web-2", address: "10.0.0.2:8080", weight: 2, zone: "eu-1a"),
/// ]
/// ```
public struct Node: Hashable, Sendable, Identifiable {
  /// Whether a node takes part.
  public enum State: String, CaseIterable, Sendable, Codable {
    /// Takes its share.
    case up
    /// Keeps its place, but is skipped: its keys go to the next node of their preference, and return
    /// when it is up again.
    case down
    /// Listed, gets nothing, as if its weight were 0.
    case drain
  }

  /// What is hashed; the address unless given.
  public var id: NodeID

  /// Where the node is reached: `host:port`, `[IPv6]:port`, a host name, or `unix:/path`.
  public var address: String

  /// The share this node takes relative to the others.
  ///
  /// 0 means drained. Otherwise between 0.000001 and 1 000 000 000.
  public var weight: Double

  /// Where the node is (rack, availability zone), if known.
  public var zone: String?

  /// Whether the node takes part.
  public var state: State

  /// What only some systems know about a node, by name, such as HAProxy's numeric server id.
  ///
  /// The rules of those systems declare and read it (``PlacementRule/nodeProperties``); all others
  /// ignore it.
  public var properties: [String: String]

  /// Creates a node.
  ///
  /// Nothing is checked here; ``Cluster`` checks nodes together.
  ///
  /// - Parameters:
  ///   - id: What is hashed; the address unless given.
  ///   - address: Where the node is reached.
  ///   - weight: Its share relative to the others.
  ///   - zone: Where it stands.
  ///   - state: Whether it takes part.
  ///   - properties: What only some systems know about it.
  public init(
    id: NodeID? = nil, address: String, weight: Double = 1, zone: String? = nil,
    state: State = .up, properties: [String: String] = [:]
  ) {
    self.id = id ?? NodeID(address)
    self.address = address
    self.weight = weight
    self.zone = zone
    self.state = state
    self.properties = properties
  }

  /// Whether the node is a member: has a weight and is not draining.
  ///
  /// A member that is down keeps its place.
  public var isMember: Bool { weight > 0 && state != .drain }

  /// Whether the node is a member that is up, and so can be chosen.
  public var isAvailable: Bool { isMember && state == .up }
}

extension Node: ExpressibleByStringLiteral {
  /// Creates a node of weight 1 from its address, which is its identity as well.
  public init(stringLiteral address: String) {
    self.init(address: address)
  }
}
