import Configurations
import ConsistentHashing

/// What host names stand for in a file: as in `/etc/hosts`, or as `dig` prints it.
///
/// ```
/// 10.0.0.1 app-a.test app-a
/// app-b.test. 30 IN A 10.0.0.2
/// www.test. 30 IN CNAME app-b.test.
/// _http._tcp.shop.test. 30 IN SRV 10 5 8080 app-a.test.
/// ```
struct HostFile {
  private var addresses: [String: [String]] = [:]
  private var aliases: [String: String] = [:]
  private var services: [String: [ServiceTarget]] = [:]

  /// Reads a file.
  init(_ path: String) throws {
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: 64 << 20)
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let content = line.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ";") }
      let fields = content.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
      guard !fields.isEmpty, !add(fields) else { continue }
      throw CommandError(
        "\(file.name):\(number): is not an address with its names; write 'ADDRESS NAME ...', or a line "
          + "of an answer of dig")
    }
    // Here and not in each look-up, as many servers may have the same name.
    for name in addresses.keys {
      var seen: Set<String> = []
      addresses[name]?.removeAll { !seen.insert($0).inserted }
    }
  }

  /// Adds what a line says, and returns whether it says anything.
  private mutating func add(_ fields: [String]) -> Bool {
    if fields.count > 1, Self.isAddress(fields[0]) {
      for name in fields.dropFirst() {
        addresses[HostAnswers.key(name), default: []].append(fields[0])
      }
      return true
    }
    guard fields.count > 2, let value = fields.last else { return false }
    if fields.count > 5, fields[fields.count - 5].uppercased() == "SRV" {
      let numbers = fields.dropLast().suffix(3).compactMap { UInt16($0) }
      guard numbers.count == 3 else { return false }
      services[HostAnswers.key(fields[0]), default: []].append(
        ServiceTarget(priority: numbers[0], weight: numbers[1], port: numbers[2], host: value))
      return true
    }
    switch fields[fields.count - 2].uppercased() {
    case "A", "AAAA":
      guard Self.isAddress(value) else { return false }
      addresses[HostAnswers.key(fields[0]), default: []].append(value)
    case "CNAME": aliases[HostAnswers.key(fields[0])] = HostAnswers.key(value)
    default: return fields.contains("IN")
    }
    return true
  }

  /// The addresses of a name in the order of the lines, each once.
  func addresses(of name: String) -> [String] { addresses[meant(by: name)] ?? [] }

  /// The SRV records of a name in the order of the lines.
  func services(of name: String) -> [ServiceTarget] { services[meant(by: name)] ?? [] }

  /// What a name is an alias of, or the name itself.
  private func meant(by name: String) -> String {
    var name = HostAnswers.key(name)
    var hops = 0
    while let target = aliases[name], hops < 16 {
      name = target
      hops += 1
    }
    return name
  }

  private static func isAddress(_ text: String) -> Bool {
    if text.utf8.contains(UInt8(ascii: ":")) {
      if case .ipv6? = try? NodeAddress("[\(text)]") { return true }
      return false
    }
    let fields = text.split(separator: ".", omittingEmptySubsequences: false)
    return fields.count == 4 && fields.allSatisfy { UInt8($0) != nil }
  }
}
