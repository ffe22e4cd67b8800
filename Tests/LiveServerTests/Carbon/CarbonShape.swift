import ConsistentHashing
import Testing

/// Servers as a relay of Graphite's metrics is given them.
struct CarbonShape: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var nodes: [Node]

  private init(_ description: String, _ servers: [(address: String, instance: String?)]) {
    testDescription = description
    nodes = servers.map { Node(id: $0.instance.map { NodeID($0) }, address: $0.address) }
  }

  private static func hosts(_ count: Int) -> [(address: String, instance: String?)] {
    (1...count).map { ("10.0.0.\($0):2003", nil) }
  }

  private static func instances(
    _ description: String, _ names: [String?], _ address: (Int) -> String
  ) -> Self {
    Self(description, names.enumerated().map { (address($0), $1) })
  }

  /// Nothing listens anywhere.
  ///
  /// carbon-c-relay takes at most 64 servers a cluster. With 60 there are points at one position.
  static let all = [
    Self("one", hosts(1)),
    Self("3", hosts(3)),
    Self("60", hosts(60)),
    Self("60 in another order", hosts(60).reversed()),
    Self(
      "ports and IPv6 addresses",
      [
        ("10.0.0.1:2103", nil), ("10.0.0.2:2203", nil), ("[fd00::1]:2003", nil),
        ("[2001:db8::10]:2004", nil), ("10.0.0.10:2003", nil),
      ]),
    // Under carbon_ch the points of all are the same, and belong to the one that is listed first.
    Self("ports of one host", (0..<5).map { ("10.0.0.1:\(2003 + $0)", nil) }),
    instances("instances on one host", (0..<40).map { "instance-\($0)" }) {
      "10.0.0.1:\(2003 + $0)"
    },
    instances("numbers as instances", ["10", "9", "007", "-5", "+3", "12", "100", "0"]) {
      "10.0.0.\($0 + 1):2003"
    },
    instances("some have instances", [nil, "b", nil, "a", nil, "C", "c"]) {
      "10.0.0.\(9 - $0):2003"
    },
    // Compared as texts if one of two is no number: no order holds for all three.
    instances("numbers and texts", ["1a", "9", "10", "2b", "3", nil, "20", "1b", "08x", "1"]) {
      "10.0.0.\($0 + 1):2003"
    },
    instances(
      "numbers that do not fit", ["4294967297", "2", "2147483648", "1", "99999999999999999999"]
    ) {
      "10.0.0.\($0 + 1):2003"
    },
  ]

  /// How many servers have points, under a type of cluster.
  func pointOwners(_ type: String) -> Int {
    switch (type, testDescription) {
    case ("carbon_ch", "ports of one host"): 1
    // One of the numbers is another one when it has been read.
    case ("fnv1a_ch", "numbers that do not fit"): nodes.count - 1
    default: nodes.count
    }
  }
}
