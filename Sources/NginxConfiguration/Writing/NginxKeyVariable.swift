/// The variable that a program inside nginx hashes.
///
/// Programs read variables one by one. A key of several parts gets a variable of its own, out of a map.
struct NginxKeyVariable {
  /// The name, without `$`.
  let name: String
  private let expression: String?

  init(_ key: NginxToken, cluster: String) {
    let bytes = Array(key.text.utf8.dropFirst())
    let isVariable =
      key.text.utf8.first == UInt8(ascii: "$")
      && bytes.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) } ?? false
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
    if isVariable {
      name = String(decoding: bytes, as: UTF8.self)
      expression = nil
    } else {
      name = String(NginxSessionNames(cluster: cluster).hashed.dropFirst())
      expression = key.text
    }
  }

  /// The map, if there is one.
  func items() throws(NginxUnwritable) -> [NginxItem] {
    guard let expression else { return [] }
    var maps = NginxMapList()
    try maps.add(["What is hashed."], NginxMap("", "$" + name, or: expression, []))
    return maps.items
  }
}
