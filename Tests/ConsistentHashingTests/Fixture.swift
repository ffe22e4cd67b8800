import Foundation
import Testing

/// Recorded values that stand in `Fixtures`.
enum Fixture {
  /// The lines of a file as fields between tabs, without lines that begin with `#`.
  static func rows(_ name: String) throws -> [[Substring]] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
    let rows = try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    try #require(!rows.isEmpty)
    return rows
  }
}

/// A number from hexadecimal digits.
func hexadecimal(_ digits: Substring) throws -> UInt64 {
  try #require(UInt64(digits, radix: 16))
}
