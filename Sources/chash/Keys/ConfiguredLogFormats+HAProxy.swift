import AccessLogs
import HAProxyConfiguration

extension ConfiguredLogFormats {
  /// The formats of the frontends of a file of HAProxy: `log-format`, or `option httplog` and the like.
  static func formats(inHAProxy bytes: [UInt8], file: String) -> [Named] {
    var found: [Named] = []
    var defaults = HAProxyLogging()
    var section: HAProxyLogging?
    func end() {
      guard let section else { return }
      if section.isDefaults { defaults = section } else { found += section.named }
    }
    for line in HAProxySyntaxTree(bytes: bytes, file: file).lines {
      let words = line.words.map(\.text)
      guard let first = words.first else { continue }
      switch first {
      case "defaults":
        end()
        section = HAProxyLogging(isDefaults: true)
      case "frontend", "listen":
        end()
        section = defaults
        section?.isDefaults = false
        section?.name = words.count > 1 ? words[1] : ""
      case "backend", "global", "userlist", "peers", "resolvers", "cache", "mailers", "program",
        "ring",
        "http-errors", "log-forward", "fcgi-app", "crt-store", "traces", "log-profile", "acme":
        end()
        section = nil
      default: section?.read(words)
      }
    }
    end()
    return found
  }
}

/// What a section says about logs.
private struct HAProxyLogging {
  var isDefaults = false
  var name = ""
  private var format: String?
  private var captures = LogTemplate.Captures()

  init(isDefaults: Bool = false) { self.isDefaults = isDefaults }

  /// What the options stand for (`src/log.c`).
  private static let options: [String: String] = {
    let http =
      "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs "
      + "%{+Q}r"
    return [
      "httplog": http, "httpslog": http,
      "tcplog": "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq",
      "clf": "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B",
    ]
  }()

  /// Takes a line of the section.
  mutating func read(_ words: [String]) {
    switch words[0] {
    case "log-format" where words.count > 1: format = words[1]
    case "option" where words.count > 1:
      let name = words[1] == "httplog" && words.dropFirst(2).first == "clf" ? "clf" : words[1]
      if let option = Self.options[name] { format = option }
    case "no" where words.count > 1 && words[1] == "log-format": format = nil
    case "capture" where words.count > 3 && words[2] == "header":
      let header = HAProxyLogValue.header(words[3])
      if words[1] == "request" {
        captures.request.append(header)
      } else {
        captures.response.append("sent_" + header)
      }
    case "declare" where words.count > 2 && words[1] == "capture":
      if words[2] == "request" {
        captures.request.append("capture \(captures.request.count)")
      } else {
        captures.response.append("captured response \(captures.response.count)")
      }
    // A capture with a length has a place of its own; one with an id fills a place that was declared.
    case "http-request" where words.count > 4 && words[1] == "capture" && words[3] == "len",
      "tcp-request" where words.count > 5 && words[2] == "capture" && words[4] == "len":
      captures.request.append(HAProxyLogValue.name(of: words[words[0] == "http-request" ? 2 : 3]))
    case "http-request" where words.count > 4 && words[1] == "capture" && words[3] == "id":
      if let place = Int(words[4]), captures.request.indices.contains(place) {
        captures.request[place] = HAProxyLogValue.name(of: words[2])
      }
    default: break
    }
  }

  /// The format of the section, if it has one that can be read.
  var named: [ConfiguredLogFormats.Named] {
    guard let format else { return [] }
    let known = format.replacingCaptures(captures.request)
    return LogFormat(haproxyFrontend: name, known, captures: captures).map {
      [ConfiguredLogFormats.Named(name: name, format: $0)]
    } ?? []
  }
}

extension String {
  /// A format with the names of what `%[capture.req.hdr(N)]` gives.
  fileprivate func replacingCaptures(_ names: [String]) -> String {
    var text = self
    for (place, name) in names.enumerated() {
      let header = name.hasPrefix("http_") ? "req.hdr(\(name.dropFirst(5)))" : name
      text = text.split(separator: "capture.req.hdr(\(place))", omittingEmptySubsequences: false)
        .joined(separator: header)
    }
    return text
  }
}
