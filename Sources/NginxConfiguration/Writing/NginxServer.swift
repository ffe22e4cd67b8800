internal import Configurations
internal import ConsistentHashing

/// A `server` line of an upstream.
///
/// nginx hashes the address as it is written, so the line has the node's address byte for byte: with or
/// without a port, in the case and with the zeros of the cluster.
struct NginxServer: Hashable, Sendable {
  /// The address, which is the identity that nginx hashes.
  let address: NginxToken

  /// The weight, 1 or more.
  let weight: Int

  /// Whether nginx skips the server.
  ///
  /// The server keeps its points, so that keys of other servers do not move.
  let isDown: Bool

  /// Whether the line says `backup`.
  let isBackup: Bool

  /// The parameters besides `weight` and `down`, in the order in which they are written.
  let parameters: [NginxToken]

  /// The id, where it is not the address.
  let id: NginxComment?

  /// The line as a directive.
  var directive: NginxDirective {
    var arguments = [address]
    if weight != 1 { arguments.append(NginxToken(parameter: "weight", weight)) }
    arguments += parameters
    if isDown { arguments.append(NginxToken(word: "down")) }
    return NginxDirective(NginxToken(word: "server"), arguments, comment: id)
  }

  /// Makes the line of the node at a position.
  ///
  /// - Parameter keepsSessions: Whether sessions reach the server in another way while it drains.
  init(
    _ node: Node, at index: Int, context: NginxContext, version: NginxVersion,
    keepsSessions: Bool = false, notes: inout [EmissionNote]
  ) throws(EmissionError) {
    address = try Self.address(of: node, at: index, context: context)
    weight = try Self.weight(of: node, at: index)
    id = try Self.comment(of: node, at: index)
    var parameters: [NginxToken] = []
    var written: Set<String> = []
    for parameter in NginxParameter.ofServer {
      guard let value = node.properties[parameter.property],
        parameter.form != .flag || value != "false"
      else { continue }
      if let reason = parameter.reasonAgainst(context, version) {
        notes.append(EmissionNote(parameter.property, of: node.id, reason: reason))
        continue
      }
      if parameter.word == "drain", node.state == .up {
        notes.append(EmissionNote("drain", of: node.id, reason: "the state of the node is up"))
        continue
      }
      written.insert(parameter.property)
      parameters.append(try Self.token(parameter, value, of: node, at: index))
    }
    self.parameters = parameters
    isBackup = written.contains("backup")
    let isDraining = written.contains("drain")
    isDown = node.state == .down || node.weight == 0 || node.state == .drain && !isDraining
    Self.note(node, isDraining: isDraining || keepsSessions, &notes)
  }

  private init(
    address: NginxToken, parameters: [NginxToken], isDown: Bool = false, id: NginxComment?
  ) {
    self.address = address
    weight = 1
    self.isDown = isDown
    isBackup = false
    self.parameters = parameters
    self.id = id
  }

  /// The line of the server in an upstream of its own, where the parameters that compare servers mean
  /// nothing.
  var alone: Self {
    NginxServer(
      address: address, parameters: parameters.filter { $0.text.hasPrefix("max_conns=") }, id: id)
  }

  /// The line of the server where a program picks, which knows the parameters itself.
  var picked: Self { NginxServer(address: address, parameters: [], isDown: isDown, id: id) }

  /// Notes what the line does not say about the node.
  private static func note(_ node: Node, isDraining: Bool, _ notes: inout [EmissionNote]) {
    func leaveOut(_ parameter: String, _ reason: String) {
      notes.append(EmissionNote(parameter, of: node.id, reason: reason))
    }
    if node.weight == 0, !isDraining {
      leaveOut("weight", "nginx has no weight 0; the line says down")
    }
    if node.state == .drain, !isDraining {
      leaveOut("state", "nginx drains servers only in sticky sessions; the line says down")
    }
    if node.zone != nil { leaveOut("zone", "nginx has no zones of servers") }
    let known = Set(NginxParameter.ofServer.map(\.property))
    for name in node.properties.keys.sorted() where !known.contains(name) {
      switch name {
      case "slow-start": leaveOut(name, "only the commercial version of nginx has slow_start")
      case ServiceTarget.portProperty:
        leaveOut(name, "the name is hashed without its port, which only SRV records say")
      default: leaveOut(name, "nginx has no such parameter of server")
      }
    }
  }

  private static func token(
    _ parameter: NginxParameter, _ value: String, of node: Node, at index: Int
  ) throws(EmissionError) -> NginxToken {
    func refuse(_ remedy: String) -> EmissionError {
      EmissionError(
        .invalidProperty, .node(index),
        "the \(parameter.property) of node \(quoted(node.id.text)) cannot be \(quoted(value))",
        remedy: remedy)
    }
    guard parameter.form != .flag || value == "true" else { throw refuse("use true or false") }
    do {
      return try NginxToken(
        verbatim: parameter.form == .flag ? parameter.word : "\(parameter.word)=\(value)")
    } catch {
      throw refuse(error.remedy)
    }
  }

  private static func comment(of node: Node, at index: Int) throws(EmissionError) -> NginxComment? {
    if node.id == NodeID(node.address) { return nil }
    do {
      return try NginxComment(node.id.text)
    } catch {
      throw EmissionError(
        .invalidID, .node(index),
        "the id \(quoted(node.id.text)) cannot be written as a comment: \(error.problem)",
        remedy: error.remedy)
    }
  }

  /// The weight as nginx takes it: whole, from 1.
  ///
  /// A weight of 0 becomes `down`, with the points of weight 1.
  private static func weight(of node: Node, at index: Int) throws(EmissionError) -> Int {
    if node.weight == 0 { return 1 }
    guard let weight = Int(exactly: node.weight), weight >= 1 else {
      throw EmissionError(
        .invalidWeight, .node(index),
        "node \(quoted(node.id.text)) has the weight \(node.weight), and nginx takes whole weights",
        remedy: "scale all weights up until they are whole numbers")
    }
    return weight
  }

  private static func address(of node: Node, at index: Int, context: NginxContext)
    throws(EmissionError) -> NginxToken
  {
    func refuse(_ problem: String, remedy: String) -> EmissionError {
      EmissionError(.invalidAddress, .node(index), problem, remedy: remedy)
    }
    let address: NodeAddress
    do {
      address = try NodeAddress(node.address)
    } catch {
      throw refuse(error.problem, remedy: error.remedy)
    }
    switch address {
    case .unix(let path):
      // In `server` a colon is part of the path, but in `proxy_pass` the path ends there. nginx accepts
      // a colon at the end and then reaches no socket.
      guard !path.utf8.contains(UInt8(ascii: ":")) else {
        throw refuse(
          "the socket path \(quoted(path)) contains a colon",
          remedy: "use a path without one; nginx does not read it everywhere as you wrote it")
      }
    case .host(_, let port), .ipv6(_, let port):
      guard context == .http || port != nil || node.properties["service"] != nil else {
        throw refuse(
          "the address \(quoted(node.address)) has no port, which nginx requires in a stream",
          remedy: "write \(node.address):PORT")
      }
    }
    do {
      return try NginxToken(verbatim: node.address)
    } catch {
      throw refuse(
        "the address \(quoted(node.address)) cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
  }
}

extension NginxParameter {
  /// Why a parameter cannot be written.
  ///
  /// Nil if it can.
  func reasonAgainst(_ context: NginxContext, _ version: NginxVersion) -> String? {
    guard contexts.contains(context) else { return "nginx has no \(word) in \(context.rawValue)" }
    return version >= since ? nil : "\(word) needs nginx \(since)"
  }
}
