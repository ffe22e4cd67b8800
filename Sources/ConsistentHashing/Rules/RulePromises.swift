/// What a rule promises; `ConsistentHashingTesting` checks it.
///
/// How shares come out is not promised here but predicted for each cluster; see ``SharePrediction``.
public struct RulePromises: Hashable, Sendable {
  /// What moves when a node is added, removed, or gets another weight.
  public enum Movement: Hashable, Sendable {
    /// Only keys to or from that node.
    case minimal
    /// Keys to or from that node, and few others.
    case nearMinimal
    /// Possibly every key.
    case any
  }

  /// What the keys of a rule are.
  public enum Keys: Hashable, Sendable {
    /// Any bytes.
    case bytes
    /// The text of an IP address.
    case addresses
    /// The text of an IP address with or without a port.
    case connections
  }

  /// What moves when one node changes.
  public var movement: Movement
  /// Whether the order of the list of nodes does not matter.
  public var isOrderIndependent: Bool
  /// Whether skipping a node that is down gives the same choice as removing it.
  public var skippingEqualsRemoving: Bool
  /// Whether a node that is down leaves the order of the others as it was, so that a key goes to the
  /// next of its preference.
  ///
  /// Systems that rebuild without it need not.
  public var downIsSkipped: Bool
  /// Whether weights must be whole numbers.
  public var requiresWholeWeights: Bool
  /// Whether a node's slot is its identity, so that order and removal are judged for the same slots.
  public var identityIsSlot: Bool
  /// Whether the address is hashed, so that a node at a new address is a new node.
  public var identityIsAddress: Bool
  /// Whether the address decides who keeps a point that two nodes have, so that a few keys may move with it.
  public var addressSettlesTies: Bool
  /// Whether weight 0 is the same as draining.
  ///
  /// False where the system refuses it, takes it for 1, or goes on counting the node.
  public var zeroWeightDrains: Bool
  /// Whether nodes may have weights other than 1.
  public var takesWeights: Bool
  /// The largest weight that the system takes, if it is a small one.
  public var largestWeight: Double?
  /// What smaller weights count as, other than 0.
  public var smallestWeight: Double
  /// What keys are.
  ///
  /// Other keys have an answer too, often the same one or none.
  public var keys: Keys

  /// States promises.
  public init(
    movement: Movement, isOrderIndependent: Bool = false, skippingEqualsRemoving: Bool = false,
    downIsSkipped: Bool = true, requiresWholeWeights: Bool = false, identityIsSlot: Bool = false,
    identityIsAddress: Bool = false, addressSettlesTies: Bool = false,
    zeroWeightDrains: Bool = true, takesWeights: Bool = true,
    largestWeight: Double? = nil, smallestWeight: Double = 0,
    keys: Keys = .bytes
  ) {
    self.movement = movement
    self.isOrderIndependent = isOrderIndependent
    self.skippingEqualsRemoving = skippingEqualsRemoving
    self.downIsSkipped = downIsSkipped
    self.requiresWholeWeights = requiresWholeWeights
    self.identityIsSlot = identityIsSlot
    self.identityIsAddress = identityIsAddress
    self.addressSettlesTies = addressSettlesTies
    self.zeroWeightDrains = zeroWeightDrains
    self.takesWeights = takesWeights
    self.largestWeight = largestWeight
    self.smallestWeight = smallestWeight
    self.keys = keys
  }
}
