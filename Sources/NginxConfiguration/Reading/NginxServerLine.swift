public import Configurations

/// A `server` of an upstream as it was read.
public struct NginxServerLine: Hashable, Sendable {
  /// The address as written, without quotes.
  ///
  /// This is the text that `hash ... consistent` hashes.
  public let address: String
  /// `weight=`; the default is 1.
  public internal(set) var weight = 1
  /// `max_conns=`; the default is 0, which means no limit.
  public internal(set) var maximumConnections = 0
  /// `max_fails=`; the default is 1; 0 turns `fail_timeout` off.
  public internal(set) var maximumFails = 1
  /// `fail_timeout=`, in seconds; the default is 10.
  public internal(set) var failTimeout = 10
  /// `down`.
  public internal(set) var isDown = false
  /// `backup`.
  public internal(set) var isBackup = false
  /// `drain`: only requests that were sent here before (1.29.6).
  public internal(set) var isDraining = false
  /// `resolve`: the name is resolved while nginx runs (1.27.3).
  public internal(set) var isResolved = false
  /// `service=`: the name of the SRV records (1.27.3).
  public internal(set) var service: String?
  /// `route=`: the name of the server in sticky sessions (1.29.6).
  public internal(set) var route: String?
  /// The parameters besides `weight` and `down`, as clusters keep them: `max-fails: "3"`,
  /// `backup: "true"`.
  public internal(set) var parameters: [String: String] = [:]
  /// The comment at the end of the line, if there is one.
  ///
  /// This library writes the id of the node there.
  public internal(set) var comment: String?
  /// Where the line is.
  public let location: ConfigurationLocation

  init(address: String, location: ConfigurationLocation) {
    self.address = address
    self.location = location
  }
}
