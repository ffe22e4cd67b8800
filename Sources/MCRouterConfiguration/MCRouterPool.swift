internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// A pool of `pools` as it was read.
struct MCRouterPool {
  /// A server of a pool.
  struct Server {
    /// Host and port, or a socket.
    let address: String
    let position: YAMLPosition
  }

  /// Why a pool cannot be used.
  struct Flaw: Error {
    let reason: NoCluster.Reason
    let problem: String
    let remedy: String
    let position: YAMLPosition
  }

  let name: String
  let position: YAMLPosition
  private(set) var servers: [Server] = []
  /// `weights`, which change the hash function.
  private(set) var weights: YAMLNode?
  /// `tags`, which `Rendezvous` hashes.
  private(set) var tags: YAMLNode?
  private(set) var flaw: Flaw?

  init(name: String, position: YAMLPosition, _ value: YAMLNode) {
    self.name = name
    self.position = position
    do {
      try read(value)
    } catch {
      flaw = error
    }
  }

  private mutating func read(_ value: YAMLNode) throws(Flaw) {
    if value.text != nil || value["inherit"] != nil {
      throw Flaw(
        reason: .undecided, problem: "pool \(quoted(name)) comes from another place",
        remedy: MCRouterReader.preprocessed, position: value.position)
    }
    guard value.fields != nil else {
      throw rejected("pool \(quoted(name)) is not an object", #"write { "servers": [ … ] }"#, value)
    }
    weights = value["weights"]
    tags = value["tags"]
    let port = try portOverride(value["port_override"])
    guard let list = value["servers"] else {
      throw rejected("Pool \(name): servers not found", #"add "servers": [ … ]"#, value)
    }
    guard let items = list.list else {
      throw rejected("Pool \(name): servers is not an array", "write a list of texts", list)
    }
    for (number, item) in items.enumerated() {
      servers.append(try server(item, number, port))
    }
  }

  private func portOverride(_ value: YAMLNode?) throws(Flaw) -> Int? {
    guard let value else { return nil }
    guard let port = value.text.flatMap({ Int($0) }), (1...65535).contains(port) else {
      throw rejected(
        "Pool \(name): port_override is not a port", "write a number from 1 to 65535", value)
    }
    return port
  }

  private func server(_ item: YAMLNode, _ number: Int, _ port: Int?) throws(Flaw) -> Server {
    guard let text = item.text ?? item["hostname"]?.text else {
      throw Flaw(
        reason: item.fields == nil ? .rejected : .inexpressible,
        problem: item.fields == nil
          ? "Pool \(name): server #\(number) is not a string/object"
          : "server #\(number) of pool \(quoted(name)) is a route of its own",
        remedy: "write host:port", position: item.position)
    }
    if let macro = MCRouterMacro.mark(in: text) {
      throw Flaw(
        reason: .undecided, problem: "a server of pool \(quoted(name)) is \(macro)",
        remedy: MCRouterReader.preprocessed, position: item.position)
    }
    guard let address = Self.address(text, port) else {
      throw rejected(
        "Pool \(name): invalid server \(text)", "write host:port, or [address]:port for IPv6", item)
    }
    return Server(address: address, position: item.position)
  }

  /// The address in an access point, `host:port[:protocol[:security[:compression]]]`; nil if it is none.
  private static func address(_ text: String, _ override: Int?) -> String? {
    var bytes = Array(text.utf8)[...]
    var host: ArraySlice<UInt8>
    let isSocket = bytes.starts(with: "unix:".utf8)
    if bytes.first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = bytes[...end]
      bytes = bytes[(end + 1)...]
    } else {
      if isSocket { bytes = bytes.dropFirst(5) }
      host = bytes.prefix { $0 != UInt8(ascii: ":") }
      bytes = bytes[host.endIndex...]
    }
    guard !host.isEmpty else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    // The parts begin after a colon.
    guard bytes.isEmpty || parts.first?.isEmpty == true, parts.count <= (isSocket ? 4 : 5) else {
      return nil
    }
    let name = String(decoding: host, as: UTF8.self)
    if isSocket { return "unix:\(name)" }
    if let override { return "\(name):\(override)" }
    guard parts.count > 1, let port = Int(String(decoding: parts[1], as: UTF8.self)),
      (0...65535).contains(port)
    else { return nil }
    return "\(name):\(port)"
  }

  private func rejected(_ problem: String, _ remedy: String, _ node: YAMLNode) -> Flaw {
    Flaw(reason: .rejected, problem: problem, remedy: remedy, position: node.position)
  }
}

/// What mcrouter's preprocessor replaces, which this reader does not.
enum MCRouterMacro {
  /// What to call a text with a macro; nil if it has none.
  static func mark(in text: String) -> String? {
    if text.utf8.first == UInt8(ascii: "@") {
      let name = text.prefix { $0 != "(" }
      return "the macro \(quoted(String(name)))"
    }
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count > 2, !parts[1].isEmpty,
      parts[1].utf8.allSatisfy({ $0 == UInt8(ascii: "_") || ($0 | 0x20) >= 0x61 || $0 < 0x3A })
    else { return nil }
    return "the parameter '%\(parts[1])%'"
  }
}
