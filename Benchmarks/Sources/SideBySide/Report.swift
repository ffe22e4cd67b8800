import Foundation

/// What a run has found, as it is written down.
struct Report {
  /// One target and what was measured.
  struct Verdict {
    let what: String
    let target: String
    let measured: String
    /// Nil if nothing was measured.
    let isMet: Bool?
  }

  /// One line for the README.
  struct Headline {
    let what: String
    let beside: String
    let ratio: String
  }

  /// A table with its title and a remark.
  struct Table {
    let title: String
    var remark = ""
    let heads: [String]
    let rows: [[String]]
  }

  /// A plot in a file of its own, and its figures.
  struct Picture {
    let name: String
    let svg: String
    let figures: Table
  }

  var verdicts: [Verdict] = []
  var headlines: [Headline] = []
  var tables: [Table] = []
  var pictures: [Picture] = []

  /// Adds a target that a number has to stay below (`most`) or reach (`least`).
  mutating func judge(
    _ what: String, _ target: String, _ value: Double, unit: String, most: Double? = nil,
    least: Double? = nil
  ) {
    let isMet = value.isNaN ? nil : value <= most ?? .infinity && value >= least ?? -.infinity
    verdicts.append(
      Verdict(
        what: what, target: target,
        measured: value.isNaN ? "not measured" : "\(figure(value))\(unit)", isMet: isMet))
  }

  /// Adds a line for the README; left out if nothing was measured.
  ///
  /// - Parameter ratio: How many times as long it takes as what it is measured beside.
  mutating func headline(_ what: String, beside: String, _ ratio: Double) {
    if ratio.isNaN { return }
    headlines.append(Headline(what: what, beside: beside, ratio: comparison(ratio)))
  }

  /// Adds a section that says why nothing is in it.
  mutating func leaveOut(_ what: String, because reason: String) {
    tables.append(Table(title: what, remark: reason, heads: [], rows: []))
  }

  /// Adds a table of one contest: medians, minima and ratios to one of the contenders.
  mutating func show(
    _ contest: Contest, unit: String = "ns", scale: Double = 1, relativeTo reference: String,
    remark: String = ""
  ) {
    let rows = contest.contenders.map { contender in
      [
        contender.name, figure(contest.median(contender.name) / scale),
        figure(contest.minimum(contender.name) / scale),
        contender.name == reference
          ? "" : comparison(contest.ratio(contender.name, to: reference)),
      ]
    }
    tables.append(
      Table(
        title: contest.title, remark: remark,
        heads: [
          "contender", "median, \(unit)", "least, \(unit)", "beside \(reference)",
        ], rows: rows))
  }

  /// The report as Markdown.
  func markdown(machine: Machine) -> String {
    var text = "# Measured on \(machine.model), \(machine.date)\n\n"
    text += "Made by `make benchmark`; how is at the end. Times are medians; ratios are medians of "
    text += "the ratios of rounds in which the two took turns.\n\n"
    text += lines(
      ["", ""], machine.facts.map { [$0.name, $0.value] })
    text += "\n## Targets\n\n"
    text += lines(
      ["what", "target", "measured", "met"],
      verdicts.map { verdict in
        let word = verdict.isMet.map { $0 ? "yes" : "**no**" } ?? "–"
        return [verdict.what, verdict.target, verdict.measured, word]
      })
    text += "\n## In short\n\n<!-- readme begins -->\n\n"
    text += lines(
      ["what", "beside", "is"], headlines.map { [$0.what, $0.beside, $0.ratio] })
    text += "\n<!-- readme ends -->\n\n## Side by side\n"
    for table in tables { text += section(table) }
    text += "\n## Growth\n"
    for picture in pictures {
      let file = "\(machine.fileName)-\(picture.name).svg"
      text += section(picture.figures, opening: "![\(picture.figures.title)](\(file))\n\n")
    }
    return text + "\n" + method
  }

  private func section(_ table: Table, opening: String = "") -> String {
    let remark = table.remark.isEmpty ? "" : "\(table.remark)\n\n"
    return "\n### \(table.title)\n\n" + opening + remark + lines(table.heads, table.rows)
  }

  private func lines(_ heads: [String], _ rows: [[String]]) -> String {
    if rows.isEmpty { return "" }
    // Figures stand to the right, words to the left.
    let rule = heads.indices.map { column in
      column == 0 || rows.contains { $0[column].first?.isLetter == true } ? "---" : "---:"
    }
    return ([heads, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}

/// A ratio of two times in words.
func comparison(_ ratio: Double) -> String {
  ratio < 1 ? "\(figure(1 / ratio)) × as fast" : "\(figure(ratio)) × as long"
}

/// A number with three significant digits, or all digits before the point.
func figure(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  let digits = value == 0 ? 0 : max(0, 2 - Int(log10(abs(value)).rounded(.down)))
  return String(format: "%.\(min(digits, 6))f", value)
}
