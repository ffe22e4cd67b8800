/// How many lines of all files have no key, by their reasons.
struct SkippedLines {
  /// The request has no value for the key.
  var unset = 0
  /// What stands where the key is cannot be one.
  var mistyped = 0
  /// The line does not have the form of the others.
  var otherForm = 0
  /// Nothing is on the line.
  var empty = 0

  static func += (sum: inout Self, other: Self) {
    sum.unset += other.unset
    sum.mistyped += other.mistyped
    sum.otherForm += other.otherForm
    sum.empty += other.empty
  }

  /// The counts, as reports in JSON have them.
  var json: JSON {
    .object([
      ("unset", .integer(unset)), ("mistyped", .integer(mistyped)),
      ("otherForm", .integer(otherForm)), ("empty", .integer(empty)),
    ])
  }
}
