/// The values that HAProxy can log, by the names that nginx has for them.
package enum HAProxyLogValue {
  /// What an expression in a format, or of a captured value, is called.
  ///
  /// One that is not known has its own text as name.
  package static func name(of expression: String) -> String {
    let parts = expression.split(separator: "(", maxSplits: 1)
    guard let name = parts.first else { return expression }
    var argument: String?
    if parts.count == 2 {
      guard parts[1].hasSuffix(")"), !parts[1].contains(",") else { return expression }
      argument = String(parts[1].dropLast())
    }
    switch (String(name), argument) {
    case ("src", nil): return "remote_addr"
    case ("url", nil), ("capture.req.uri", nil), ("pathq", nil): return "request_uri"
    case ("query", nil): return "query_string"
    case ("cook", let name?), ("req.cook", let name?): return "cookie_\(name)"
    case ("url_param", let name?), ("urlp", let name?): return "arg_\(name)"
    case ("hdr", let name?), ("req.hdr", let name?), ("fhdr", let name?), ("req.fhdr", let name?):
      return header(name)
    default: return expression
    }
  }

  /// What a header of requests is called.
  package static func header(_ name: String) -> String {
    "http_" + String(name.lowercased().map { $0 == "-" ? "_" : $0 })
  }

  /// The variables of formats (the table in section 8.2.4 of HAProxy's configuration manual, 2.4 to 3.2).
  static let variables: [String: String] = {
    var names = [
      "ci": "remote_addr", "si": "server_ip", "b": "backend", "s": "server", "f": "frontend",
      "ft": "frontend", "r": "request", "HU": "request_uri", "HM": "request_method",
      "ST": "status", "B": "bytes_read", "CC": "captured_request_cookie",
      "CS": "captured_response_cookie", "t": "time", "tr": "time", "ts": "termination_state",
      "tsc": "termination_state",
    ]
    // What no key is made of keeps its name.
    for name in [
      "bc", "bi", "bp", "bq", "cp", "fc", "fi", "fp", "ac", "rc", "sc", "sp", "sq", "lc", "ms",
      "pid", "rt", "sslc", "sslv", "U", "ID", "H", "HP", "HPO", "HQ", "HV", "Ta", "Tc", "Td",
      "Th", "Ti", "Tq", "TR", "Tr", "Ts", "Tt", "Tu", "Tw", "OG",
    ] { names[name] = "%\(name)" }
    return names
  }()

  /// The variables that are in quotes where quotes are asked for; numbers and times never are.
  static let texts: Set<String> = [
    "ci", "si", "bi", "fi", "b", "s", "f", "ft", "r", "H", "HM", "HP", "HPO", "HQ", "HU", "HV",
    "ID",
    "CC", "CS", "OG", "sslc", "sslv",
  ]
}
