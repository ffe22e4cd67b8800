/// What an algorithm promises; `ConsistentHashingTesting` checks it.
public struct AlgorithmPromises: Hashable, Sendable {
  /// How close the shares of nodes come to their weights.
  public enum Balance: Hashable, Sendable {
    /// Shares are exactly the weights; counts of keys vary as counts do.
    case exactShares
    /// A node of weight w owns `virtualNodes · w` random points of a ring; its share is
    /// Beta-distributed.
    case ring(virtualNodes: Int)
    /// Nodes own `virtualNodes` random points of a ring on average, each in proportion to its weight, so
    /// that the number of points does not grow with the sum of weights.
    case sharedRing(virtualNodes: Int)
    /// Nodes own the points of a ring in proportion to their weights: of as many as give the node of the
    /// smallest share a whole number and the ring `minimum` or more, of `maximum` or `cap` if that is
    /// less. Options of an algorithm may say otherwise (`minimum-ring-size`, `maximum-ring-size`,
    /// `ring-size-cap`).
    case sizedRing(minimum: Int, maximum: Int, cap: Int)
    /// Shares are whole slots of a table; nodes of equal weight differ by at most one.
    case slots(Int)
    /// Nothing is promised.
    case none
  }

  /// What moves when a node is added, removed, or gets another weight.
  public enum Movement: Hashable, Sendable {
    /// Only keys to or from that node.
    case minimal
    /// Keys to or from that node, and few others.
    case nearMinimal
    /// Possibly every key.
    case any
  }

  /// How close shares come to weights.
  public var balance: Balance
  /// What moves when one node changes.
  public var movement: Movement
  /// Whether the order of the list of nodes does not matter.
  public var orderIndependent: Bool
  /// Whether skipping a node that is down gives the same choice as removing it.
  public var skippingEqualsRemoving: Bool
  /// Whether a node that is down leaves the order of the others as it was, so that a key goes to the
  /// next of its preference.
  ///
  /// Systems that rebuild without it need not.
  public var downIsSkipped: Bool
  /// Whether weights must be whole numbers.
  public var wholeWeights: Bool
  /// Whether a node's slot is its identity, so that order and removal are judged for the same slots.
  public var identityIsSlot: Bool
  /// Whether the address is hashed, so that a node at a new address is a new node.
  public var identityIsAddress: Bool
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

  /// States promises.
  public init(
    balance: Balance, movement: Movement, orderIndependent: Bool, skippingEqualsRemoving: Bool,
    downIsSkipped: Bool = true, wholeWeights: Bool = false, identityIsSlot: Bool = false,
    identityIsAddress: Bool = false, zeroWeightDrains: Bool = true, takesWeights: Bool = true,
    largestWeight: Double? = nil, smallestWeight: Double = 0
  ) {
    self.balance = balance
    self.movement = movement
    self.orderIndependent = orderIndependent
    self.skippingEqualsRemoving = skippingEqualsRemoving
    self.downIsSkipped = downIsSkipped
    self.wholeWeights = wholeWeights
    self.identityIsSlot = identityIsSlot
    self.identityIsAddress = identityIsAddress
    self.zeroWeightDrains = zeroWeightDrains
    self.takesWeights = takesWeights
    self.largestWeight = largestWeight
    self.smallestWeight = smallestWeight
  }
}
