internal import ConsistentHashing

/// A `server` line of an upstream.
///
/// nginx hashes the address as it is written here, so it is the node's address to the byte: with or
/// without a port, in the case and with the zeros of the document.
public struct NginxServer: Hashable, Sendable {
  /// The address, which is the identity that nginx hashes.
  public let address: NginxToken

  /// The weight, 1 or more.
  public let weight: Int

  /// Whether nginx skips it.
  ///
  /// It keeps its points, so that nobody else's keys move.
  public let isDown: Bool

  /// The id, where it is not the address.
  public let id: NginxComment?

  /// The line as a directive.
  public var directive: NginxDirective {
    var arguments = [address]
    if weight != 1 { arguments.append(NginxToken(parameter: "weight", weight)) }
    if isDown { arguments.append(NginxToken(word: "down")) }
    return NginxDirective(NginxToken(word: "server"), arguments, comment: id)
  }

  /// Makes the line of the node at a position.
  init(_ node: Node, at index: Int, context: NginxContext) throws(NginxEmitError) {
    address = try Self.address(of: node, at: index, context: context)
    weight = try Self.weight(of: node, at: index)
    isDown = !node.isAvailable
    if node.id == NodeID(node.address) {
      id = nil
    } else {
      do {
        id = try NginxComment(node.id.text)
      } catch {
        throw NginxEmitError(
          .invalidID, .node(index),
          "the id \(quoted(node.id.text)) cannot be written as a comment: \(error.problem)",
          remedy: error.remedy)
      }
    }
  }

  /// The weight as nginx takes it: whole, from 1.
  ///
  /// A weight of 0 is `down`, with the points of weight 1.
  private static func weight(of node: Node, at index: Int) throws(NginxEmitError) -> Int {
    if node.weight == 0 { return 1 }
    guard let weight = Int(exactly: node.weight), weight >= 1 else {
      throw NginxEmitError(
        .invalidWeight, .node(index),
        "node \(quoted(node.id.text)) has the weight \(node.weight), and nginx takes whole weights",
        remedy: "scale all weights up until they are whole numbers")
    }
    return weight
  }

  private static func address(of node: Node, at index: Int, context: NginxContext)
    throws(NginxEmitError) -> NginxToken
  {
    func refuse(_ problem: String, remedy: String) -> NginxEmitError {
      NginxEmitError(.invalidAddress, .node(index), problem, remedy: remedy)
    }
    let address: NodeAddress
    do {
      address = try NodeAddress(node.address)
    } catch {
      throw refuse(error.problem, remedy: error.remedy)
    }
    switch address {
    case .unix(let path):
      // In `server` a colon becomes part of the path, in `proxy_pass` it ends it, and a trailing one
      // passes nginx's own test and then reaches no socket.
      guard !path.utf8.contains(UInt8(ascii: ":")) else {
        throw refuse(
          "the socket path \(quoted(path)) contains a colon",
          remedy: "use a path without one; nginx does not read it everywhere as you wrote it")
      }
    case .host(_, let port), .ipv6(_, let port):
      guard context == .http || port != nil else {
        throw refuse(
          "the address \(quoted(node.address)) has no port, which nginx requires in a stream",
          remedy: "write \(node.address):PORT")
      }
    }
    do {
      return try NginxToken(node.address)
    } catch {
      throw refuse(
        "the address \(quoted(node.address)) cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
  }
}
