internal import Configurations
internal import ConsistentHashing

/// The key of a cluster in nginx's words: a text with variables, and the maps that it needs.
///
/// A key of one variable needs none, and several one after the other are a text such as
/// `$arg_tenant$arg_doc`. The first of several that is not empty is a chain of maps, as is a key that would
/// have text and no value. The maps are named after the cluster and need nginx 1.11.2, in `http` for values
/// with text and in `stream` for maps at all.
struct NginxKeyText {
  /// The key as it is written.
  let token: NginxToken
  /// The maps, in the order in which they are read best.
  private(set) var maps: [NginxMap] = []

  private let source: KeySource
  private let cluster: String
  private let context: NginxContext

  /// The first nginx with the maps.
  static let firstVersionWithMaps = NginxVersion(1, 11, 2)

  /// Writes a key down, which is no session.
  ///
  /// - Throws: `EmissionError` if nginx has no variable for a source, or cannot write a text.
  init(_ source: KeySource, cluster: String, context: NginxContext) throws(EmissionError) {
    self.source = source
    self.cluster = cluster
    self.context = context
    var writer = Writer(key: NginxSessionNames(cluster: cluster).key, context: context)
    let text = try writer.text(of: source)
    maps = writer.maps
    do throws(NginxUnwritable) {
      token = try NginxToken(verbatim: text)
    } catch {
      throw EmissionError(
        .invalidKey, .key,
        "the key \(quoted(source.description)) cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
    try checkNames(writer.used)
  }

  /// The maps with a comment above them.
  func items() throws(EmissionError) -> [NginxItem] {
    guard !maps.isEmpty else { return [] }
    do throws(NginxUnwritable) {
      var list = NginxMapList()
      for (index, map) in maps.enumerated() {
        try list.add(index == 0 ? ["\(cluster): the key, \(source)."] : [], map)
      }
      return list.items
    } catch {
      throw EmissionError(.invalidKey, .key, error.problem, remedy: error.remedy)
    }
  }

  /// Throws if a version does not have what the key needs.
  func check(version: NginxVersion) throws(EmissionError) {
    for source in source.sources {
      guard let first = NginxVariable.firstVersion(of: source, in: context), version < first else {
        continue
      }
      throw EmissionError(
        .invalidKey, .key, "nginx \(version) has no variable for \(source)",
        remedy: "use nginx \(first) or newer, or another key")
    }
    guard maps.isEmpty || version >= Self.firstVersionWithMaps else {
      throw EmissionError(
        .invalidKey, .key,
        "nginx \(version) has no maps that can make the key \(quoted("\(source)"))",
        remedy: "use nginx \(Self.firstVersionWithMaps) or newer, or a key of one source")
    }
  }

  /// Throws if a map has the name of a variable that the key needs, which would depend on itself.
  private func checkNames(_ used: Set<String>) throws(EmissionError) {
    for map in maps where used.contains(map.variable.lowercased()) {
      throw EmissionError(
        .invalidName, .name,
        "the key of the cluster \(quoted(cluster)) would be the variable \(map.variable), which it needs "
          + "itself", remedy: "use another name for the cluster")
    }
  }
}

/// Makes the texts and maps of a key.
private struct Writer {
  /// The variable of the key, with its `$`; all others begin with it.
  let key: String
  let context: NginxContext
  var maps: [NginxMap] = []
  /// The variables of nginx's own that are used, in lower case.
  var used: Set<String> = []

  /// The text of a key.
  mutating func text(of source: KeySource) throws(EmissionError) -> String {
    let alternatives = source.alternatives
    let last = alternatives.count - 1
    // From the last to the first, as each map names the one behind it.
    var chain: [NginxMap] = []
    var rest = ""
    for (position, alternative) in alternatives.enumerated().reversed() {
      let value = try value(of: alternative)
      let name = position == 0 ? key : "\(key)_\(position + 1)"
      let hasText = alternative.contains { $0.source == nil }
      let canBeEmpty = !alternative.contains { $0.source?.isNeverEmpty ?? false }
      guard canBeEmpty, position < last || hasText else {
        rest = value
        continue
      }
      chain.append(
        NginxMap(
          try self.value(of: alternative.filter { $0.source != nil }), name, or: value,
          [("", rest)]))
      rest = name
    }
    maps += chain.reversed()
    return rest
  }

  /// The pieces of an alternative, one after the other.
  private mutating func value(of alternative: [KeyCombination.Piece]) throws(EmissionError)
    -> String
  {
    var text = ""
    for (position, piece) in alternative.enumerated() {
      switch piece {
      case .source(let source):
        let variable = try variable(of: source)
        // nginx ends the name of a variable at the first character that cannot be in one.
        if case .text(let next)? = alternative.dropFirst(position + 1).first,
          next.utf8.first.map(NginxVariable.isNamePart) ?? false
        {
          text += "${\(variable.dropFirst())}"
        } else {
          text += variable
        }
      case .text(let literal):
        guard !literal.utf8.contains(UInt8(ascii: "$")) else {
          throw EmissionError(
            .invalidKey, .key,
            "the text \(quoted(literal)) of the key has '$', which starts a variable and cannot be escaped "
              + "in nginx", remedy: "use another text")
        }
        text += literal
      }
    }
    return text
  }

  private mutating func variable(of source: KeySource) throws(EmissionError) -> String {
    guard source == .path, context == .http else {
      let variable = try NginxVariable.text(for: source, context: context)
      used.insert(variable.lowercased())
      return variable
    }
    // $uri is decoded and normalised, and changes with every rewrite.
    let name = "\(key)_path"
    maps.append(NginxMap("$request_uri", name, or: "", [("~^([^?]+)", "$1")]))
    return name
  }
}
