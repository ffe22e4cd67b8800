internal import Configurations
internal import ConsistentHashing

/// A server as the Lua program knows it: where it is, and when it counts as failed.
struct NginxLuaMember {
  /// The address without the port, in nginx's own spelling; or `unix:` with a path.
  let host: String
  /// Nil for a socket of the file system.
  let port: Int?
  let maxFails: Int
  /// In seconds.
  let failTimeout: Int

  /// Takes a node.
  ///
  /// - Throws: `EmissionError` if the address is a name, which the Lua module does not look up.
  init(_ node: Node, at position: Int) throws(EmissionError) {
    guard let address = try? NodeAddress(node.address), let peer = NginxPeerAddress(address) else {
      throw EmissionError(
        .invalidAddress, .node(position),
        "the address \(quoted(node.address)) is a name, which nginx's Lua module does not look up",
        remedy: "write the address that it has, with the name as the id")
    }
    switch address {
    case .unix:
      // The program tells servers apart in the list that nginx keeps of those it has tried.
      guard !peer.text.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ",") }) else {
        throw EmissionError(
          .invalidAddress, .node(position),
          "the path of the socket \(quoted(node.address)) has a space or a comma",
          remedy: "use a path without them")
      }
      host = peer.text
      port = nil
    case .host(_, let given), .ipv6(_, let given):
      port = given ?? 80
      host = String(peer.text[..<(peer.text.lastIndex(of: ":") ?? peer.text.endIndex)])
    }
    maxFails = try Self.number(
      node, "max-fails", at: position, standard: 1, NginxNumber.integer)
    failTimeout = try Self.number(node, "fail-timeout", at: position, standard: 10) {
      NginxNumber.time($0, in: .seconds)
    }
  }

  private static func number(
    _ node: Node, _ property: String, at position: Int, standard: Int,
    _ read: (String.UTF8View) -> Int?
  ) throws(EmissionError) -> Int {
    guard let text = node.properties[property] else { return standard }
    guard let number = read(text.utf8) else {
      throw EmissionError(
        .invalidProperty, .node(position),
        "the \(property) of node \(quoted(node.id.text)) cannot be \(quoted(text))",
        remedy: "write a number, as nginx takes it")
    }
    return number
  }

  /// The line that the program reads: port, failures, seconds, and the address to the end of the line.
  var line: String { "\(port.map(String.init) ?? "-") \(maxFails) \(failTimeout) \(host)" }

  /// The line of a member that is down.
  static let down = "down"
}
