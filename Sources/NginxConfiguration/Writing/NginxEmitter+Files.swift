internal import Configurations
internal import ConsistentHashing

extension NginxEmitter {
  /// Throws unless the folder of the files is known where one is needed, and can be written.
  func checkFolder() throws(EmissionError) {
    guard options.engine.needsFiles else {
      guard options.filesAt == nil else {
        throw EmissionError(
          .invalidOption, .cluster, "the engine \(options.engine.rawValue) needs no files",
          remedy: "leave files-at out")
      }
      return
    }
    guard options.part != .server || options.filesAt != nil else { return }
    guard let folder = options.filesAt else {
      throw EmissionError(
        .invalidOption, .cluster,
        "the engine \(options.engine.rawValue) needs files beside the text",
        remedy: "say in which folder nginx finds them (files-at)")
    }
    guard folder.hasPrefix("/") else {
      throw EmissionError(
        .invalidOption, .cluster, "the folder \(quoted(folder)) is no absolute path",
        remedy: "write the path from / on, as the routers have it")
    }
    do throws(NginxUnwritable) {
      _ = try NginxToken(folder)
    } catch {
      throw EmissionError(
        .invalidOption, .cluster,
        "the folder \(quoted(folder)) cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
  }

  /// The path by which nginx finds a file.
  func path(of file: EmissionFile) -> String {
    let folder = options.filesAt ?? "/"
    return folder.hasSuffix("/") ? folder + file.name : "\(folder)/\(file.name)"
  }

  /// The path as an argument of a directive.
  func token(of file: EmissionFile) throws(EmissionError) -> NginxToken {
    do throws(NginxUnwritable) {
      return try NginxToken(path(of: file))
    } catch {
      throw EmissionError(
        .invalidOption, .cluster, "the path of a file cannot be written: \(error.problem)",
        remedy: error.remedy)
    }
  }

  /// A comment that names the files, so that a text says by itself which belong to it.
  static func remark(about files: [EmissionFile]) -> [NginxItem] {
    files.isEmpty
      ? []
      : [
        .comment(
          NginxComment(
            checked: "It needs these files: \(files.map(\.name).joined(separator: ", "))")),
        .blank,
      ]
  }
}
