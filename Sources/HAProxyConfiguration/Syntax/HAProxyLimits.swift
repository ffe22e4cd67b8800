/// Limits on a configuration, so that no file can take all memory.
///
/// HAProxy has no such limits of its own, except for the words of a line (64) and the depth of
/// conditional blocks.
public struct HAProxyLimits: Hashable, Sendable {
  /// Bytes of all files together.
  public var totalSize: Int
  /// Servers of all sections together, those of templates included.
  public var servers: Int

  /// Limits above every sensible configuration.
  public static let standard = HAProxyLimits(totalSize: 64 << 20, servers: 100_000)

  /// Sets limits.
  public init(totalSize: Int, servers: Int) {
    self.totalSize = totalSize
    self.servers = servers
  }
}
