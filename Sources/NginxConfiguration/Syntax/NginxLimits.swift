/// Limits on a configuration, so that no file can take all memory or never end.
///
/// nginx has no such limits of its own, except for the length of a word.
public struct NginxLimits: Hashable, Sendable {
  /// Bytes of one file.
  public var fileSize: Int
  /// Bytes of all files together.
  public var totalSize: Int
  /// Files, each counted as often as it is included.
  public var files: Int
  /// Blocks in blocks.
  public var blockDepth: Int
  /// Files that include files.
  public var includeDepth: Int

  /// Limits above every sensible configuration.
  public static let standard = NginxLimits(
    fileSize: 16 << 20, totalSize: 64 << 20, files: 10_000, blockDepth: 100, includeDepth: 32)

  /// Sets limits.
  public init(fileSize: Int, totalSize: Int, files: Int, blockDepth: Int, includeDepth: Int) {
    self.fileSize = fileSize
    self.totalSize = totalSize
    self.files = files
    self.blockDepth = blockDepth
    self.includeDepth = includeDepth
  }
}
