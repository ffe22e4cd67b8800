/// What a rule says about all keys at once: which node takes which part of the values of its hash.
///
/// From two key spaces over the same hash follows exactly what moves between them, without a single
/// key. `docs/key-spaces.md` defines each form.
public struct KeySpace: Hashable, Sendable {
  /// Who takes a part of the hash values.
  public enum Owner: Hashable, Sendable {
    /// The node at a position of the list.
    case node(Int)
    /// Nobody by hash: the system decides by state, such as round robin.
    case state
    /// The key is hashed again. Where ``KeySpace/rehashedShares`` is nil, only asking tells where
    /// such a key goes.
    case rehashed
  }

  /// How the parts are described.
  public enum Form: Hashable, Sendable {
    /// Intervals of the domain, each with an owner.
    case intervals(OwnedIntervals)
    /// The remainder of the hash decides. The intervals are of the residues from 0 to the modulus − 1:
    /// the modulus is one more than the last of their domain.
    case residues(OwnedIntervals)
    /// Every node takes a share that is known in closed form; which keys those are, only asking tells.
    ///
    /// One share for each node. Together they are 1, or less where a ``KeySpace/stateRule`` takes the
    /// rest. A key's node is independent of every other hash of the key.
    case shares([Double])
    /// Only asking tells; the text says why.
    case opaque(String)
  }

  /// The values of the hash that decides.
  public let domain: HashDomain

  /// The function that keys are hashed by; two key spaces compare exactly only if they agree in it.
  public let keyHash: KeyHashIdentity

  /// Which owner takes which part.
  public let form: Form

  /// The shares of the nodes in keys that are ``Owner/rehashed``, one for each node; nil if only asking
  /// tells.
  public let rehashedShares: [Double]?

  /// What the system does with hashes of ``Owner/state`` and with keys that have nothing to hash, for
  /// example `round robin`; nil if every key has a node by its hash.
  public let stateRule: String?

  /// Describes a key space.
  ///
  /// - Parameters:
  ///   - domain: The values of the hash.
  ///   - keyHash: The function that keys are hashed by.
  ///   - form: Which owner takes which part.
  ///   - rehashedShares: Where keys go that are hashed again.
  ///   - stateRule: What happens to keys that no hash decides.
  public init(
    domain: HashDomain, keyHash: KeyHashIdentity, form: Form, rehashedShares: [Double]? = nil,
    stateRule: String? = nil
  ) {
    self.domain = domain
    self.keyHash = keyHash
    self.form = form
    self.rehashedShares = rehashedShares
    self.stateRule = stateRule
  }

  /// The owner of a hash; nil if the form does not say it for single hashes.
  ///
  /// - Parameter hash: A value of the domain.
  /// - Complexity: O(log n) for n intervals.
  public func owner(ofHash hash: UInt64) -> Owner? {
    switch form {
    case .intervals(let intervals): intervals.owner(ofHash: hash)
    case .residues(let residues): residues.owner(ofHash: residues.domain.remainder(of: hash))
    case .shares, .opaque: nil
    }
  }

  /// Whether every hash has a node that the key space names.
  public var namesEveryNode: Bool {
    switch form {
    case .intervals(let intervals), .residues(let intervals): intervals.owners.namesEveryNode
    case .shares, .opaque: false
    }
  }
}
