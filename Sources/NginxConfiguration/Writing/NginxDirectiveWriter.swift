internal import Configurations
internal import ConsistentHashing

/// Writes the properties of a cluster as directives, and notes those that it leaves out.
struct NginxDirectiveWriter {
  let properties: [String: String]
  let context: NginxContext
  let version: NginxVersion
  /// What is left out.
  private(set) var notes: [EmissionNote] = []
  /// The properties that need no note any more.
  private var done: Set<String> = [NginxProperty.context, NginxProperty.key]

  init(properties: [String: String], context: NginxContext, version: NginxVersion) {
    self.properties = properties
    self.context = context
    self.version = version
  }

  /// The directives that the cluster has, out of a list.
  mutating func directives(_ parameters: [NginxParameter]) -> [NginxDirective] {
    parameters.compactMap { parameter in
      guard let value = properties[parameter.property] else { return nil }
      done.insert(parameter.property)
      var reason = parameter.reasonAgainst(context, version)
      if reason == nil {
        do throws(NginxUnwritable) {
          let arguments = try NginxArguments.tokens(value)
          if parameter.word != "zone" || arguments.count > 1 {
            return NginxDirective(NginxToken(checked: parameter.word), arguments)
          }
          reason = "nginx needs the size of the shared memory, as in 'app 64k'"
        } catch {
          reason = error.problem
        }
      }
      notes.append(EmissionNote(parameter.property, reason: reason ?? ""))
      return nil
    }
  }

  /// Notes all properties with one reason.
  mutating func noteAll(_ reason: String) {
    for name in properties.keys.sorted() where !done.contains(name) {
      notes.append(EmissionNote(name, reason: reason))
    }
  }

  /// Notes the properties that no directive was written for.
  mutating func noteOthers() {
    for name in properties.keys.sorted() where !done.contains(name) {
      let word = String(name.map { $0 == "-" ? "_" : $0 })
      let reason =
        NginxForeignDirective.named(word).map {
          "\(word) is part of \($0.origin), and open source nginx refuses it"
        } ?? "nginx has no such directive"
      notes.append(EmissionNote(name, reason: reason))
    }
  }
}

extension NginxToken {
  /// The key of a cluster.
  ///
  /// - Throws: `EmissionError` if the cluster has no key, or nginx has no variable for it.
  init(keyOf placed: PlacedCluster, context: NginxContext, notes: inout [EmissionNote])
    throws(EmissionError)
  {
    let expression = placed.cluster.properties[NginxProperty.key]
    if let source = placed.placement.key {
      if case .session(let affinity) = source {
        // A connection of a stream has no cookies.
        let key =
          context == .http
          ? NginxSession.key(affinity, cluster: placed.name) : "$remote_addr"
        self.init(checked: key)
        return
      }
      self = try NginxKeyText(source, cluster: placed.name, context: context).token
      if expression != nil {
        notes.append(EmissionNote(NginxProperty.key, reason: "the key is \(source)"))
      }
      return
    }
    guard let expression else {
      throw EmissionError(
        .missingKey, .key,
        "the cluster \(quoted(placed.name)) does not say where the key is",
        remedy: "give it a key: \(KeySource.forms)")
    }
    do {
      try self.init(verbatim: expression)
    } catch {
      throw EmissionError(
        .invalidKey, .key, "the key \(quoted(expression)) cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
  }
}
