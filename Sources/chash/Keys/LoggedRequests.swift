import AccessLogs

/// A request as a line of a log has it.
struct LoggedRequest {
  /// The log, for messages.
  let file: String
  /// The number of the line.
  let line: Int
  /// What was found where the key is.
  let outcome: KeyFinder.Outcome
  /// The key as it is hashed, and as people write it; nil without one.
  let key: (hashed: [UInt8], written: [UInt8])?
  /// The other values that were asked for; nil for those that the line does not have.
  let values: [String?]
}

/// Goes through logs request by request.
struct LoggedRequests {
  let paths: [String]
  let settings: KeySettings
  let kind: KeyKind
  /// The names of other values that are wanted of each line.
  let names: [String]

  /// Visits every line of every log, and says of each log which lines were skipped.
  ///
  /// - Parameters:
  ///   - begin: Called before the lines of a log, with its name and with which of the values it has.
  ///   - visit: Called for each line; says whether the line counts as one that was looked for its key.
  /// - Returns: How many lines have no key.
  func forEach(
    begin: (_ file: String, _ has: [Bool]) throws -> Void,
    visit: (LoggedRequest) throws -> Bool
  ) throws -> SkippedLines {
    var skipped = SkippedLines()
    for path in try KeyPaths.files(of: paths) {
      var reader = try LineBlocks(path)
      var finding = try KeyFinding(of: reader, settings, kind: kind, also: names)
      if let remark = finding.remark { Notes.say("\(reader.name): \(remark)") }
      let has = finding.keys.hasOthers
      try begin(reader.name, has)
      var remarks = LineRemarks(name: reader.name, settings, kind: kind)
      while let block = try reader.next() {
        let linesBefore = remarks.lines
        var tally = LineTally()
        let remainder = try block.forEachLine { line, number in
          if finding.skipsFirstLine, linesBefore + number == 1 { return }
          var key: (hashed: [UInt8], written: [UInt8])?
          let outcome = finding.keys.find(in: line) { key = ($0.array, $1.array) }
          var values: [String?] = []
          values.reserveCapacity(has.count)
          for place in has.indices {
            values.append(
              has[place] && outcome != .broken ? finding.keys.other(place, in: line) : nil)
          }
          let request = LoggedRequest(
            file: reader.name, line: linesBefore + number, outcome: outcome, key: key,
            values: values)
          if try visit(request) { tally.note(outcome, line: number) }
        }
        try remarks.add(tally, remainder)
      }
      remarks.say()
      skipped += remarks.skipped
    }
    return skipped
  }
}
