/// Why a file is no configuration, in nginx's words.
public struct NginxSyntaxError: Error, Hashable, Sendable {
  /// The kind of mistake.
  public enum Code: String, Hashable, Sendable {
    /// nginx's lexer or parser rejects the text.
    case malformed
    /// A file that is included cannot be read.
    case unreadable
    /// The configuration is larger or deeper than this library is willing to read.
    case tooLarge
    /// A file includes itself.
    case cycle
  }

  /// The kind of mistake.
  public let code: Code
  /// What is wrong.
  public let message: String
  /// Where.
  public let location: NginxLocation

  /// Creates an error about what nginx rejects.
  init(_ message: String, _ location: NginxLocation) {
    self.init(.malformed, message, location)
  }

  /// Creates an error.
  init(_ code: Code, _ message: String, _ location: NginxLocation) {
    self.code = code
    self.message = message
    self.location = location
  }
}

extension NginxSyntaxError: CustomStringConvertible {
  /// Message and place on one line, as nginx writes them.
  public var description: String { "\(message) in \(location)" }
}

/// A line of a file.
public struct NginxLocation: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// The line, from 1.
  public let line: Int

  /// Creates a location.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

extension NginxLocation: CustomStringConvertible {
  /// File and line as `file:line`.
  public var description: String { "\(file):\(line)" }
}
