/// Owners of the parts of a key space, four bytes each.
public struct OwnerList: Hashable, Sendable {
  /// Positions of nodes, or the codes below.
  private var codes: [Int32]

  private static let stateCode: Int32 = -1
  private static let rehashedCode: Int32 = -2

  /// Lists owners.
  public init(_ owners: some Sequence<KeySpace.Owner> = []) {
    codes = owners.map(Self.code)
  }

  /// Reserves room.
  public mutating func reserveCapacity(_ count: Int) {
    codes.reserveCapacity(count)
  }

  /// Adds an owner at the end.
  public mutating func append(_ owner: KeySpace.Owner) {
    codes.append(Self.code(owner))
  }

  /// Whether all owners are nodes.
  public var namesEveryNode: Bool { codes.allSatisfy { $0 >= 0 } }

  private static func code(_ owner: KeySpace.Owner) -> Int32 {
    switch owner {
    case .node(let position): Int32(clamping: position)
    case .state: stateCode
    case .rehashed: rehashedCode
    }
  }
}

extension OwnerList: RandomAccessCollection {
  /// The position of the first owner.
  public var startIndex: Int { 0 }
  /// The position after the last owner.
  public var endIndex: Int { codes.count }
  /// The owner at a position.
  public subscript(position: Int) -> KeySpace.Owner {
    switch codes[position] {
    case Self.stateCode: .state
    case Self.rehashedCode: .rehashed
    case let code: .node(Int(code))
    }
  }
}
