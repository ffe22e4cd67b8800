import ArgumentParser
import ClusterDocument
import Configurations
import ConsistentHashing
import ProxyProfiles

/// `chash inspect`: the parts of a configuration that have servers, as documents.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "List the upstreams of nginx, or backends of HAProxy, and their cluster documents.",
    usage: "chash inspect <file>[#<upstream>]",
    discussion: """
      Example:

        $ chash inspect nginx.conf
        # nginx.conf:2: upstream app (http): hash consistent, key $arg_u, 2 servers
        name: app
        algorithm: nginx
        key: arg:u
        nodes:
          - { address: 10.0.0.1:8080 }
          - { address: 10.0.0.2:8080, weight: 2 }

      Included files are read as the system reads them, and so are the files of a folder. The output of \
      'nginx -T' is read as the files it holds. The split_clients blocks of nginx are listed \
      by their variables: #$NAME. If the system would refuse a part, the reason is printed instead of \
      a document. Problems in other places are printed on standard error. Every command takes \
      FILE#NAME where it takes a cluster document.
      """)

  @Argument(
    help: ArgumentHelp(
      "An nginx or HAProxy configuration, with #NAME for one part of it.",
      discussion:
        "Also a folder, or files with commas between them. The system is recognised by what "
        + "is in the file, or else by its name."))
  var file: String

  @OptionGroup var reading: ReadingOptions

  func run() throws {
    let output = Output()
    let reference = ClusterReference(file)
    let file = try ConfigurationFile(reference.path, reading)
    let parts = try reference.name.map { [try file.part(named: $0)] } ?? file.reading.clusters
    if reference.name != nil, case .failure(let error)? = parts.first?.result {
      throw CommandError(file.reason(error))
    }
    file.printProblems(ofOnePart: reference.name != nil)
    for (position, part) in parts.enumerated() {
      if position > 0 { try output.line("---") }
      try print(part, of: file, to: output)
    }
    if parts.isEmpty { try output.line("# \(shown(reference.path)): no part has servers") }
    try output.flush()
  }

  private func print(_ part: ConfiguredCluster, of file: ConfigurationFile, to output: Output)
    throws
  {
    let context = part.context.map { " (\($0))" } ?? ""
    try output.line(
      printable("# \(part.location): \(part.kind) \(part.name)\(context): \(part.summary)"))
    let placed: PlacedCluster
    do throws(NoCluster) {
      placed = try part.cluster()
    } catch {
      // The location of the part is in the line above.
      let isOfPart = error.reason != .rejected && error.location == part.location
      return try output.line(
        "# No document: \(printable(isOfPart ? error.problem : file.reason(error))).")
    }
    for remark in part.remarks + part.dependencies.map({ ReadingOptions.note($0) + "." }) {
      try output.line("# \(printable(remark))")
    }
    if let key = part.keyExpression {
      try output.line(
        "# The key is the \(file.reader.system) expression \(printable(key.text))"
          + (key.values.map { ", \($0)" } ?? "") + "; commands take its values.")
    }
    try output.write(
      ClusterDocument.text(of: placed, properties: RuleCatalogue.all.nodePropertyNames))
  }
}
