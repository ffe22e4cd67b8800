import ArgumentParser

/// The arguments of the command line.
enum Arguments {
  /// Reading arguments takes the square of their number, a second for 5000.
  private static let most = 10_000

  /// The arguments after the name of the command.
  ///
  /// - Throws: ``CommandError`` if one is not UTF-8: it would be changed silently. Also if there are too many.
  static func given() throws(CommandError) -> [String] {
    guard CommandLine.argc <= most else {
      throw CommandError(
        "more than \(most) arguments; put keys in a file and name it with --keys, and changes in a document "
          + "and name it with --to")
    }
    var arguments: [String] = []
    var number = 1
    while number < CommandLine.argc, let bytes = unsafe CommandLine.unsafeArgv[number] {
      guard let text = unsafe String(validatingCString: bytes) else {
        throw CommandError(
          "argument \(number) is not UTF-8; put keys in a file, which may have any bytes, and rename files"
        )
      }
      // A hyphen begins an option, so standard input with a part is written as the file that it is.
      let isPart = text.utf8.starts(with: "-#".utf8) && !arguments.contains("--")
      arguments.append(isPart ? "/dev/stdin" + text.dropFirst() : text)
      number += 1
    }
    return arguments
  }
}
