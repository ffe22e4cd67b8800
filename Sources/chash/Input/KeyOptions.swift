import ArgumentParser

/// Where a command takes many keys from.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with one key a line; - for standard input.",
      discussion: "Any bytes. A carriage return at the end of a line is dropped, empty lines are "
        + "skipped.",
      valueName: "file"))
  var keys: String?

  @Option(
    help: ArgumentHelp(
      "The key is this field of each line, from 1.",
      discussion: "For access logs: fields are separated by blanks; \"…\" and […] are one field.",
      valueName: "number"))
  var field: Int?

  @Flag(help: "Count each key once, even if the file repeats it (8 bytes of memory each).")
  var distinct = false

  func validate() throws {
    if let field, field < 1 { throw ValidationError("--field counts from 1.") }
    if keys == nil, field != nil || distinct {
      throw ValidationError("--field and --distinct need --keys.")
    }
  }
}
