import ArgumentParser
import Configurations
import ConsistentHashing
import NginxConfiguration

/// What all kinds of configuration are generated with.
struct GenerateOptions: ParsableArguments {
  @Argument(
    help:
      "A cluster document (- for standard input), or a part of a configuration: nginx.conf#upstream."
  )
  var cluster: String

  @Option(
    help: ArgumentHelp("Write to this file; - or nothing for standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Replace the block of the cluster's name in this configuration, and keep every other byte.",
      discussion: "What the old block says and the cluster does not, such as keepalive, is kept.",
      valueName: "file"))
  var inPlace: String?

  @Flag(help: "Fail if a parameter of the cluster would be left out.")
  var strict = false

  @Flag(
    help: ArgumentHelp(
      "Write nothing: print how the file differs, and end with status 2 if it does.",
      discussion: "For --output and --in-place."))
  var check = false

  @Flag(
    help: ArgumentHelp(
      "Write over a file that chash did not write, or that was changed since.",
      discussion: "For --output. Without it such a file stays as it is."))
  var force = false

  @Option(
    help: ArgumentHelp(
      "Run this command after writing, and put the old file back if it fails.",
      discussion: "A line for /bin/sh, such as 'nginx -t'. It does not run if nothing has changed.",
      valueName: "command"))
  var test: String?

  @Option(
    help: ArgumentHelp(
      "Run this command in the end, such as 'nginx -s reload'.",
      discussion: "It does not run if nothing has changed.", valueName: "command"))
  var reload: String?

  @OptionGroup var clusterOptions: ClusterOptions

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a file.") }
    if inPlace?.isEmpty == true { throw ValidationError("--in-place needs the name of a file.") }
    if output != nil, inPlace != nil {
      throw ValidationError("--output and --in-place both say what to write; give one of them.")
    }
    for (name, text) in [("test", test), ("reload", reload)] where text?.isEmpty == true {
      throw ValidationError("--\(name) needs a command.")
    }
    let isFile = inPlace != nil || (output.map { $0 != "-" } ?? false)
    if !isFile, check || force || test != nil || reload != nil {
      throw ValidationError(
        "--check, --force, --test and --reload need a file: --output or --in-place.")
    }
    if force, inPlace != nil {
      throw ValidationError(
        "--force is for --output; --in-place changes nothing outside the block.")
    }
    if check, force || test != nil || reload != nil {
      throw ValidationError(
        "--check writes nothing, so --force, --test and --reload have no meaning.")
    }
    if let inPlace, FileDescriptor.isStandardInput(inPlace) {
      throw ValidationError("--in-place needs a file; standard input cannot be replaced.")
    }
  }

  /// Writes the cluster with an emitter, and prints what is left out on standard error.
  ///
  /// - Parameter emitter: Makes the emitter, given the earlier lists that sessions live by.
  func run(_ emitter: (ListHistory) -> some ConfigurationEmitter) throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let history = try input.history()
    let emitter = emitter(history)
    let emission = try input.emitting { input throws(EmissionError) in try emitter.emit(input) }
    try say(emission.notes)
    if let output, output != "-" {
      try write(emission, of: input.placed, history, to: output)
    } else {
      guard emission.files.isEmpty else {
        throw CommandError(
          "\(shown(cluster)): has files beside the text; name the file of the text with --output")
      }
      let standardOutput = Output()
      try standardOutput.write(emission.text)
      try standardOutput.flush()
    }
    say(emission.warnings)
  }
}

extension GenerateOptions {
  /// Writes a text to a file, with a header that tells where it comes from, and its files beside it.
  private func write(
    _ emission: Emission, of placed: PlacedCluster, _ history: ListHistory, to path: String
  ) throws {
    let text = emission.text
    // Devices and pipes have no old contents, and get the text alone.
    guard FileDescriptor.number(named: path) == nil, !FileDescriptor.isSpecial(path) else {
      guard !check, test == nil, reload == nil else {
        throw CommandError("\(shown(path)): is no file that could be compared; name a file")
      }
      guard emission.files.isEmpty else {
        throw CommandError("\(shown(path)): has no folder for the files of the text; name a file")
      }
      return try AtomicFile.write(Array(text.utf8), to: path, madeFrom: [cluster])
    }
    let bytes = GeneratedText(text, of: placed, history, from: cluster).bytes
    let files = try GeneratedFiles(
      emission.files, ofCluster: placed.name, beside: path, isForced: force)
    let target = try TargetFile(path, isForced: force, files: files)
    if check { return try target.check(against: bytes) }
    var file: AtomicFile? = try AtomicFile(path, madeFrom: [cluster])
    try target.protectEdits()
    if files.hasChanges {
      // One temporary file at a time is removed if the process is interrupted.
      file = nil
      try files.write()
      file = try files.undoing { try AtomicFile(path, madeFrom: [cluster]) }
    }
    guard let file else { return }
    try target.replace(
      file, with: bytes, test: test.map(ShellCommand.init), reload: reload.map(ShellCommand.init))
  }

  /// Writes the cluster into a configuration of nginx, and prints what is left out on standard error.
  func edit(_ path: String, _ emitter: (ListHistory) -> NginxEmitter) throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let emitter = emitter(try input.history())
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: 64 << 20)
    let edit = try input.emitting { placed throws(EmissionError) in
      try emitter.edit(
        placed, in: bytes, file: path, files: clusterOptions.reading.files)
    }
    try say(edit.notes)
    defer { say(edit.warnings) }
    let target = try TargetFile(path, isForced: true)
    if check { return try target.check(against: edit.bytes) }
    guard edit.bytes != bytes else {
      return Notes.say("\(edit.location): the block says so already; nothing is written")
    }
    let written = try AtomicFile(path, editing: true)
    try target.replace(
      written, with: edit.bytes, test: test.map(ShellCommand.init),
      reload: reload.map(ShellCommand.init))
    Notes.say("\(edit.location): the block is replaced, every other byte is kept")
  }

  /// Prints what the operator should know about what was written.
  fileprivate func say(_ warnings: [String]) {
    for warning in warnings { Notes.say("warning: \(warning)") }
  }

  /// Names what is left out, which may be an error.
  private func say(_ notes: [EmissionNote]) throws {
    for note in EmissionNote.lines(notes) { Notes.say("left out: \(note)") }
    if strict, !notes.isEmpty {
      let count = notes.count
      throw CommandError(
        "\(shown(cluster)): \(count == 1 ? "1 parameter" : "\(count) parameters") would be left out; "
          + "nothing was written because of --strict")
    }
  }
}

extension ClusterInput {
  /// Writes the cluster, and refuses as well what the system could not run.
  fileprivate func emitting<Result>(
    _ write: (PlacedCluster) throws(EmissionError) -> Result
  ) throws -> Result {
    let result: Result
    do throws(EmissionError) {
      result = try write(placed)
    } catch {
      throw source.refusal(error.subject, error.problem, error.remedy)
    }
    _ = try side()
    return result
  }
}

extension EmissionNote {
  /// The notes in lines.
  ///
  /// Nodes that lack the same parameter for the same reason share a line.
  fileprivate static func lines(_ notes: [EmissionNote]) -> [String] {
    struct Kind: Hashable {
      let parameter: String
      let reason: String
      let isOfNode: Bool
    }
    var order: [Kind] = []
    var nodes: [Kind: [String]] = [:]
    for note in notes {
      let kind = Kind(
        parameter: note.parameter, reason: note.reason, isOfNode: note.node != nil)
      if nodes[kind] == nil { order.append(kind) }
      nodes[kind, default: []] += note.node.map { [quoted($0.text)] } ?? []
    }
    return order.map { kind in
      let names = nodes[kind, default: []].joined(separator: ", ")
      return kind.parameter + (names.isEmpty ? "" : " of \(names)") + ": \(kind.reason)"
    }
  }
}
