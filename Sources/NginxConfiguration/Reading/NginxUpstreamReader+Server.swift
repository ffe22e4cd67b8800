internal import Configurations

extension NginxUpstreamReader {
  /// Reads a `server` line (`ngx_http_upstream_server`, `ngx_stream_upstream_server`).
  mutating func readServer(
    _ arguments: [[UInt8]], comment: String?, at location: ConfigurationLocation
  ) {
    let url = arguments[0]
    var server = NginxServerLine(
      address: String(decoding: url, as: UTF8.self), location: location)
    server.comment = comment
    // nginx counts a server when it begins to read it, and stops at the first mistake.
    defer { block.servers.append(server) }
    for argument in arguments.dropFirst() {
      switch read(argument, into: &server) {
      case .read:
        keep(argument, in: &server)
        continue
      case .foreign(let remedy):
        keep(argument, in: &server)
        note(
          .foreign, "invalid parameter \"\(String(decoding: argument, as: UTF8.self))\"",
          remedy: remedy, location)
        continue
      case .unsupported:
        fail(
          "balancing method does not support parameter \"\(String(decoding: argument, as: UTF8.self))\"",
          remedy: "leave it out, or place the method after the servers", location)
      case .invalid(let remedy): failParameter(argument, remedy: remedy, location)
      case .wrong(let message): fail(message, location)
      }
      return
    }
    check(url, of: server, at: location)
  }

  /// Keeps a parameter as the property that it becomes.
  private func keep(_ argument: [UInt8], in server: inout NginxServerLine) {
    guard let sign = argument.firstIndex(of: UInt8(ascii: "=")) else {
      let word = String(decoding: argument.prefix { $0 != 0 }, as: UTF8.self)
      if word != "down" { server.parameters[NginxParameter.property(word)] = "true" }
      return
    }
    let word = String(decoding: argument[..<sign], as: UTF8.self)
    guard word != "weight" else { return }
    server.parameters[NginxParameter.property(word)] = String(
      decoding: argument[(sign + 1)...], as: UTF8.self)
  }

  /// What became of a parameter.
  private enum Outcome {
    case read
    /// Only the commercial version takes it, which picks servers as if it were not there.
    case foreign(remedy: String)
    /// The method does not take it.
    case unsupported
    /// nginx calls it invalid.
    case invalid(remedy: String?)
    /// nginx has a message of its own.
    case wrong(String)
  }

  private func read(_ argument: [UInt8], into server: inout NginxServerLine) -> Outcome {
    func value(_ name: String) -> ArraySlice<UInt8>? {
      argument.starts(with: name.utf8) ? argument.dropFirst(name.utf8.count) : nil
    }
    if let text = value("weight=") {
      guard let weight = NginxNumber.integer(text), weight > 0 else {
        return .invalid(remedy: "nginx takes whole weights from 1")
      }
      server.weight = weight
    } else if let text = value("max_conns="), version >= NginxVersion(1, 11, 5) {
      guard let count = NginxNumber.integer(text) else { return .invalid(remedy: nil) }
      server.maximumConnections = count
    } else if let text = value("max_fails=") {
      guard let count = NginxNumber.integer(text) else { return .invalid(remedy: nil) }
      server.maximumFails = count
    } else if let text = value("fail_timeout=") {
      guard let seconds = NginxNumber.time(text, in: .seconds) else {
        return .invalid(remedy: "write a time in seconds or more, like 10s or 1m30s")
      }
      server.failTimeout = seconds
    } else if isWord(argument, "backup") {
      guard block.method.allowsBackup else { return .unsupported }
      server.isBackup = true
    } else if isWord(argument, "down") {
      server.isDown = true
    } else {
      return readLater(argument, value, into: &server)
    }
    return .read
  }

  /// Reads a parameter that came to open source nginx later.
  private func readLater(
    _ argument: [UInt8], _ value: (String) -> ArraySlice<UInt8>?,
    into server: inout NginxServerLine
  ) -> Outcome {
    func missing(_ since: NginxVersion) -> Outcome { .invalid(remedy: "it needs nginx \(since)") }
    if isWord(argument, "resolve") {
      guard version >= .runTimeNames else { return missing(.runTimeNames) }
      server.isResolved = true
    } else if let service = value("service=") {
      guard version >= .runTimeNames else { return missing(.runTimeNames) }
      guard !service.isEmpty else { return .wrong("service is empty") }
      server.service = String(decoding: service, as: UTF8.self)
    } else if block.context == .http, isWord(argument, "drain") {
      guard version >= .sticky else { return missing(.sticky) }
      server.isDraining = true
    } else if block.context == .http, let route = value("route=") {
      guard version >= .sticky else { return missing(.sticky) }
      guard !route.isEmpty else { return .wrong("route is empty") }
      guard route.count <= 32 else { return .wrong("route is longer than 32") }
      server.route = String(decoding: route, as: UTF8.self)
    } else if value("slow_start=") != nil {
      return .foreign(
        remedy: "it is part of the commercial version, and changes no choice between servers that "
          + "have been up for long")
    } else {
      return .invalid(remedy: nil)
    }
    return .read
  }

  private mutating func check(
    _ url: [UInt8], of server: NginxServerLine, at location: ConfigurationLocation
  ) {
    let shown = server.address
    if server.service != nil, !server.isResolved {
      return fail("service upstream \"\(shown)\" requires \"resolve\" parameter", location)
    }
    let address = NginxServerAddress(url)
    if let problem = address.problem {
      return fail("\(problem) in upstream \"\(shown)\"", location)
    }
    if block.context == .stream, !address.hasPort, server.service == nil {
      return fail(
        "no port in upstream \"\(shown)\"", remedy: "write \(shown):PORT", location)
    }
    if server.service != nil {
      if address.hasPort {
        return fail("service upstream \"\(shown)\" may not have port", location)
      }
      if !address.isName {
        return fail("service upstream \"\(shown)\" requires domain name", location)
      }
    }
    if !shown.utf8.elementsEqual(url) {
      note(
        .warning, "the address is not UTF-8",
        remedy: "nginx hashes other bytes than this library can hold", location)
    }
  }
}
