import Configurations

/// The lines of the files of a configuration, for messages about them.
///
/// Each file is read and cut up once, as there may be a message about every line.
final class FileLines {
  private let text: (_ file: String) -> [UInt8]?
  private var files: [String: [ArraySlice<UInt8>]] = [:]

  /// Takes what reads a file; it gives nil for one that cannot be read.
  init(_ text: @escaping (_ file: String) -> [UInt8]?) {
    self.text = text
  }

  /// The remedy for a mistake, if a template in its line explains it.
  ///
  /// - Parameter before: Whether a template in any line above explains it as well, as for mistakes of
  ///   structure.
  func templateRemedy(_ location: ConfigurationLocation, before: Bool) -> String? {
    let lines = lines(of: location.file)
    guard lines.indices.contains(location.line - 1) else { return nil }
    for number in (before ? 1 : location.line)...location.line {
      if let remedy = TemplateMark.remedy(in: lines[number - 1], number: number) { return remedy }
    }
    return nil
  }

  private func lines(of file: String) -> [ArraySlice<UInt8>] {
    if let lines = files[file] { return lines }
    let lines = (text(file) ?? []).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    files[file] = lines
    return lines
  }
}
