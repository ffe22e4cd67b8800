/// What a sample expression of HAProxy gives, such as `req.hdr_ip(x-forwarded-for,-1),ipmask(24)`.
///
/// `balance hash` hashes the sample as bytes: an address as 4 or 16 of them, a number as 8, a text as it
/// is (`get_server_expr` in `src/backend.c`, conversions in `src/sample.c`).
package struct HAProxySample: Hashable, Sendable {
  /// What is hashed; nil if the expression has something that is not known here.
  package let type: KeyType?

  /// What the key is made of; nil if no log has it.
  package let pieces: [KeyPiece]?

  /// Reads an expression.
  package init(_ expression: String) {
    var calls = Self.calls(in: expression)[...]
    guard let fetch = calls.popFirst() else {
      type = nil
      pieces = nil
      return
    }
    var type = Self.types[fetch.name]
    var piece: KeyPiece? =
      switch fetch.name {
      case "src": .value("remote_addr")
      case "url", "capture.req.uri": .value("request_uri")
      case "cook", "req.cook": fetch.argument.map { .value("cookie_\($0)") }
      case "url_param", "urlp": fetch.argument.map { .value("arg_\($0)") }
      default: nil
      }
    for call in calls {
      switch call.name {
      case "ipmask":
        let masks = call.arguments
        guard case .address = type, let first = masks.first, let mask = Self.mask(first) else {
          type = nil
          break
        }
        type = .address(maskIPv4: mask, maskIPv6: masks.count > 1 ? Int(masks[1]) : nil)
      default:
        type = type == nil ? nil : Self.converters[call.name]
        piece = nil
      }
    }
    self.type = type
    pieces = piece.map { [$0] }
  }

  private struct Call {
    let name: String
    let arguments: [String]

    var argument: String? { arguments.first.flatMap { $0.isEmpty ? nil : $0 } }
  }

  /// The fetch and the converters, `NAME` or `NAME(ARGUMENT,…)`, which commas separate.
  private static func calls(in expression: String) -> [Call] {
    var calls: [Call] = []
    var name: [UInt8] = []
    var arguments: [[UInt8]]?
    for byte in expression.utf8 {
      switch (byte, arguments) {
      case (UInt8(ascii: "("), nil): arguments = [[]]
      case (UInt8(ascii: ")"), let found?):
        calls.append(text(name, found))
        name = []
        arguments = nil
      case (UInt8(ascii: ","), nil):
        // A comma after a parenthesis ends nothing new.
        if !name.isEmpty { calls.append(text(name, [])) }
        name = []
      case (UInt8(ascii: ","), _?): arguments?.append([])
      case (_, nil): name.append(byte)
      case (_, let found?): arguments?[found.count - 1].append(byte)
      }
    }
    if !name.isEmpty { calls.append(text(name, arguments ?? [])) }
    return calls
  }

  private static func text(_ name: [UInt8], _ arguments: [[UInt8]]) -> Call {
    Call(
      name: String(decoding: name, as: UTF8.self),
      arguments: arguments.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The bits of `24` or `255.255.255.0`.
  private static func mask(_ text: String) -> Int? {
    if let bits = Int(text) { return (0...32).contains(bits) ? bits : nil }
    var bytes: [UInt8] = []
    guard KeyType.address(maskIPv4: 32, maskIPv6: nil).append(text.utf8.span, to: &bytes) else {
      return nil
    }
    let bits = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    // A mask with holes is none that a number of bits says.
    return (~bits & (~bits &+ 1)) == 0 ? (~bits).leadingZeroBitCount : nil
  }

  private static let address = KeyType.address(maskIPv4: 32, maskIPv6: 128)

  private static let types: [String: KeyType] = {
    var types: [String: KeyType] = [:]
    for name in [
      "src", "dst", "fc_src", "fc_dst", "bc_src", "bc_dst", "hdr_ip", "req.hdr_ip", "shdr_ip",
      "url_ip",
    ] { types[name] = address }
    for name in [
      "src_port", "dst_port", "fc_src_port", "fc_dst_port", "hdr_val", "req.hdr_val", "hdr_cnt",
      "req.hdr_cnt", "fhdr_cnt", "req.fhdr_cnt", "url_param_val", "urlp_val", "url_port", "url32",
      "base32", "cook_val", "req.cook_val", "cook_cnt", "req.cook_cnt", "int", "fe_id", "rand",
      "date",
      "so_id", "nbsrv", "req.body_len", "req.len", "hdr_len",
    ] { types[name] = .integer }
    for name in [
      "path", "pathq", "url", "base", "query", "method", "hdr", "req.hdr", "fhdr", "req.fhdr",
      "cook",
      "req.cook", "url_param", "urlp", "req.ssl_sni", "req_ssl_sni", "ssl_fc_sni", "str", "req.ver",
      "capture.req.hdr", "capture.req.uri", "capture.req.method", "rdp_cookie", "req.rdp_cookie",
      "unique-id", "http_auth_user", "fc_pp_authority", "fc_pp_unique_id", "req.hdr_names", "env",
      "ssl_c_s_dn", "ssl_fc_alpn", "ssl_fc_npn", "req.ssl_alpn",
    ] { types[name] = .text }
    return types
  }()

  /// What converters make of a sample.
  private static let converters: [String: KeyType] = {
    var types: [String: KeyType] = [:]
    for name in [
      "lower", "upper", "url_dec", "url_enc", "word", "field", "regsub", "base64", "ub64enc", "hex",
      "json", "json_query", "ltime", "utime", "map", "map_str", "language", "http_date", "concat",
      "rtrim", "ltrim", "host_only", "capture-req", "map_reg", "map_beg", "map_end", "map_dom",
      "map_sub", "map_dir",
    ] { types[name] = .text }
    for name in [
      "crc32", "crc32c", "djb2", "sdbm", "wt6", "xxh32", "xxh64", "xxh3", "mod", "add", "sub",
      "mul",
      "div", "and", "or", "xor", "neg", "cpl", "odd", "even", "length", "strcmp", "hex2i",
      "port_only",
      "map_int", "bool", "not",
    ] { types[name] = .integer }
    types["map_ip"] = address
    return types
  }()
}
