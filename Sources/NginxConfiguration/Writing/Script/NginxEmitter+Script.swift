internal import Configurations
internal import ConsistentHashing

extension NginxEmitter {
  /// Writes a cluster for the engine `njs`.
  func njs(_ placed: PlacedCluster, _ context: NginxContext) throws(EmissionError) -> Written {
    guard NginxRouting.knows(placed.placement.rule) else {
      throw NginxRouting.unknownRule(placed.placement.rule, .njs)
    }
    // The module writes the path between these quotes into a script.
    if let folder = options.filesAt,
      folder.utf8.contains(where: { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\\") })
    {
      throw EmissionError(
        .invalidOption, .cluster,
        "the folder \(quoted(folder)) has a ' or a backslash, which js_import does not take",
        remedy: "use another folder")
    }
    var files: [EmissionFile] = []
    var written = try chosen(placed, context) { tokens, key throws(EmissionError) in
      let variable = NginxKeyVariable(key, cluster: placed.name)
      let script = try NginxScript(placed, tokens: tokens, key: variable.name)
      files = [script.file]
      return .script(try token(of: script.file), try Self.writing(variable.items))
    }
    written.files = files
    return written
  }
}
