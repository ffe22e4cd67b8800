import Configurations
import ConsistentHashing
import HAProxyConfiguration
import NginxConfiguration
import YAMLReading

/// A configuration of a system, read by the reader that fits it.
struct ConfigurationFile {
  let path: String
  let reader: any ConfigurationReader
  let reading: ConfigurationReading
  fileprivate let input: ConfigurationInput
  private let lines: FileLines

  /// Reads a configuration, and refuses it if the system would refuse every part of it.
  ///
  /// What the system would refuse elsewhere is printed by ``printProblems(ofOnePart:)``: the other parts
  /// can be used.
  init(_ path: String, _ options: ReadingOptions) throws {
    try self.init(path, ConfigurationInput(path, files: options.files), options)
  }

  /// Reads a configuration whose files are known.
  init(_ path: String, _ input: ConfigurationInput, _ options: ReadingOptions) throws {
    self.path = path
    self.input = input
    lines = FileLines(input.text)
    if input.parts.count == 1, let error = Self.mismatch(input.parts[0].bytes, path) { throw error }
    reader = input.reader.reader(in: try options.surroundings)
    do throws(ConfigurationError) {
      reading = try reader.reading(of: input.parts, files: input.files)
    } catch  where error.code == .incomplete {
      throw CommandError("\(error)")
    } catch {
      let template = lines.templateRemedy(error.location, before: true)
      let remedy =
        error.code == .tooLarge ? "split the file" : "\(reader.system) would not start"
      throw CommandError("\(error); \(template ?? (remedy + input.explanation))")
    }
    if let problem = reading.problems.first(where: { $0.severity == .error }),
      reading.clusters.allSatisfy(\.isFlawed)
    {
      let remedy = remedy(problem.remedy, problem.location)
      throw CommandError("\(problem.location): \(problem.message); \(remedy)\(input.explanation)")
    }
  }

  /// Why a text in YAML or JSON is no configuration; nil if it may be one.
  ///
  /// Without this, the reader of another system would say what it misses.
  private static func mismatch(_ bytes: [UInt8], _ path: String) -> CommandError? {
    guard !configurationReaders.contains(where: { $0.likeness(of: bytes) > 0 }),
      configurationReaders.reader(forName: path) == nil,
      let outline = YAMLOutline(bytes.span, until: ["nodes"])
    else { return nil }
    if outline.contains("nodes") {
      return CommandError(
        "\(shown(path)): this is a cluster document and no configuration; commands take it without "
          + "'#' and a name")
    }
    let systems = configurationReaders.map(\.system).joined(separator: ", ")
    return CommandError(
      "\(shown(path)): this is YAML or JSON, but no configuration that can be read; the systems are "
        + systems)
  }

  /// The parts as they are to be written, the first of them if there are many.
  private var names: String {
    let contexts = Dictionary(grouping: reading.clusters, by: \.name)
      .mapValues { Set($0.map(\.context)).count }
    var seen: Set<String> = []
    let names = reading.clusters.map { part in
      guard let context = part.context, contexts[part.name, default: 1] > 1 else {
        return "#\(part.name)"
      }
      return "#\(context):\(part.name)"
    }.filter { seen.insert($0).inserted }
    return names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }

  /// The part of a name; for nil the only one.
  func part(named name: String?) throws -> ConfiguredCluster {
    let listed = names
    guard let name else {
      guard reading.clusters.count == 1, let only = reading.clusters.first else {
        throw CommandError(
          "\(shown(path)): has \(reading.clusters.count) \(reader.unit)s; "
            + (listed.isEmpty ? missing ?? "name a file that has one" : "add one of \(listed)"))
      }
      return only
    }
    let all = reading.clusters(named: name, isSame: reader.isSame)
    // A part that a later one replaces counts only if nothing else has the name.
    let found = all.contains { !$0.isReplaced } ? all.filter { !$0.isReplaced } : all
    guard let first = found.first else {
      throw CommandError(
        "\(shown(path)): has no \(reader.unit) \(quoted(name)); "
          + (listed.isEmpty ? "the file has none" : "use one of \(listed)")
          + (missing.map { "; \($0)" } ?? ""))
    }
    // Of two branches of a condition that cannot be decided, each may have the name.
    if let undecided = found.first(where: \.isUndecided) { return undecided }
    guard Set(found.map(\.context)).count == found.count else {
      throw CommandError(
        "\(found[1].location): duplicate \(found[1].kind) \(quoted(found[1].name)), first in "
          + "\(found[0].location); \(reader.system) would not start, so rename one")
    }
    guard found.count == 1 else {
      let contexts = found.compactMap(\.context)
      throw CommandError(
        "\(shown(path)): has an \(first.kind) \(quoted(first.name)) in "
          + "\(contexts.joined(separator: " and one in ")); write "
          + contexts.map { "#\($0):\(first.name)" }.joined(separator: " or "))
    }
    return first
  }

  /// Where parts may be that were not read: in files that no include has found.
  private var missing: String? {
    guard let include = reading.unmatched.first else { return nil }
    let more = reading.unmatched.count - 1
    return "\(include.location) includes \(printable(include.pattern)), which no file matches"
      + (more > 0 ? ", and \(more) more like it" : "")
      + "; say with --root which folder stands for / there"
  }

  /// Prints what the system would say, on standard error.
  ///
  /// - Parameter isOfOnePart: Whether a single part is of interest, so that one reason why the system
  ///   would not start is enough.
  func printProblems(ofOnePart isOfOnePart: Bool) {
    for include in isOfOnePart ? [] : reading.unmatched {
      Notes.say(
        "\(include.location): note: no file matches \(printable(include.pattern)), so \(reader.unit)s in "
          + "such files are not read; --root says which folder stands for /")
    }
    if input.doubt == .name {
      Notes.say("\(shown(path)): note: read as \(reader.system)'s, which its lines are like")
    }
    Notes.say(
      reading.problems.filter { $0.severity == .warning || $0.severity == .foreign }
        .map { problem in
          let remedy = ReadingOptions.remedy(for: problem.unknowns)
          return problem.description + (remedy.map { ", with \($0)" } ?? "")
        },
      errors: reading.problems.filter { $0.severity == .error }.map {
        $0.description + ($0.remedy == nil ? "; \(reader.system) would not start with this" : "")
      }, isForOne: isOfOnePart, path: path)
  }

  /// Why a part has no cluster: place, problem and remedy on one line.
  func reason(_ error: NoCluster) -> String {
    let remedy =
      ReadingOptions.remedy(for: error.unknowns) ?? remedy(error.remedy, error.location)
    return "\(error.location): \(error.problem); \(remedy)"
  }

  /// What to do about a problem.
  ///
  /// A template in the same line explains it best.
  private func remedy(_ remedy: String?, _ location: ConfigurationLocation) -> String {
    lines.templateRemedy(location, before: false) ?? remedy
      ?? "\(reader.system) would not start with this"
  }
}

extension ConfiguredCluster {
  /// Whether the part is not known in full.
  fileprivate var isFlawed: Bool {
    guard case .failure(let error) = result else { return false }
    return error.reason == .rejected || error.reason == .undecided
  }

  /// Whether nobody knows what the part is.
  fileprivate var isUndecided: Bool {
    guard case .failure(let error) = result else { return false }
    return error.reason == .undecided
  }

  /// Whether a later part replaces this one.
  fileprivate var isReplaced: Bool {
    guard case .failure(let error) = result else { return false }
    return error.reason == .replaced
  }
}

/// A cluster that is a part of a configuration.
struct ConfigurationSource: ClusterSource {
  let placed: PlacedCluster
  let logFormats: [ConfiguredLogFormats.Named]
  private let part: ConfiguredCluster

  var file: String { part.location.file }

  /// Takes a part of a configuration, and prints what to know about it on standard error.
  init(_ file: ConfigurationFile, name: String?) throws {
    part = try file.part(named: name)
    logFormats = file.input.parts.flatMap { (part) -> [ConfiguredLogFormats.Named] in
      switch file.reader {
      case is NginxReader:
        ConfiguredLogFormats.formats(inNginx: part.bytes, file: part.file)
      case is HAProxyReader:
        ConfiguredLogFormats.formats(inHAProxy: part.bytes, file: part.file)
      default: []
      }
    }
    do throws(NoCluster) {
      placed = try part.cluster()
    } catch {
      throw CommandError(file.reason(error))
    }
    file.printProblems(ofOnePart: true)
    for dependency in part.dependencies {
      Notes.say("\(part.location): note: \(printable(ReadingOptions.note(dependency)))")
    }
    if let key = part.keyExpression {
      Notes.say(
        "\(part.location): note: keys are values of the \(file.reader.system) expression "
          + printable(key.text) + (key.values.map { ", \($0)" } ?? ""))
    }
  }

  func place(of subject: ClusterError.Subject) -> String {
    if case .node(let position) = subject, part.nodeLocations.indices.contains(position) {
      return part.nodeLocations[position].description
    }
    return part.location.description
  }
}
