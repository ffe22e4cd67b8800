/// The names of the variables that keep the sessions of a cluster.
///
/// All begin with the name of the cluster, so that several clusters can be in one configuration.
struct NginxSessionNames: Hashable, Sendable {
  private let prefix: String

  /// Makes the names for a cluster.
  init(cluster: String) {
    // nginx ignores the case of variables, and takes `$1` for a group of a regular expression.
    let word = String(
      decoding: cluster.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
    let startsWithDigit = word.utf8.first.map { $0 <= UInt8(ascii: "9") } ?? false
    prefix = startsWithDigit ? "c\(word)" : word
  }

  /// A variable of the cluster.
  func variable(_ name: String) -> String { "$\(prefix)_\(name)" }

  /// The parts of the cookie, as groups of the regular expression that takes it apart.
  var given: String { "$\(prefix)_given" }
  /// The name of the server in the cookie.
  var givenMark: String { "$\(prefix)_given_mark" }
  /// The time in the cookie.
  var givenTime: String { "$\(prefix)_given_time" }

  /// The id of the cookie; empty without one.
  var known: String { "$\(prefix)_known" }
  /// The id of the session: that of the cookie, or a new one.
  var id: String { "$\(prefix)_id" }
  /// What is hashed, where it is not the id.
  var key: String { "$\(prefix)_key" }
  /// A key of several parts, for engines that read one variable.
  var hashed: String { "$\(prefix)_hashed" }
  /// What is hashed for a request without the cookie.
  var first: String { "$\(prefix)_first" }
  /// The name of the server in the cookie; empty without one.
  var mark: String { "$\(prefix)_mark" }
  /// The upstream of the request.
  var pool: String { "$\(prefix)_pool" }
  /// The name of the server that answered.
  var token: String { "$\(prefix)_token" }
  /// The last address of several that were tried.
  var last: String { "$\(prefix)_last" }
  /// The same as a group of a regular expression.
  var lastPeer: String { "$\(prefix)_last_peer" }
  /// The name of the server with that address.
  var lastToken: String { "$\(prefix)_last_token" }
  /// The time, in steps in which the cookie is renewed.
  var time: String { "$\(prefix)_time" }
  /// The same as a group of a regular expression.
  var digits: String { "$\(prefix)_digits" }
  /// The attribute that keeps the cookie to TLS.
  var secure: String { "$\(prefix)_secure" }
  /// The cookie of the response; empty if the client has it already.
  var cookie: String { "$\(prefix)_cookie" }
  /// The cookie if it is to be renewed.
  var renewal: String { "$\(prefix)_renewal" }
  /// The cookie as such.
  var news: String { "$\(prefix)_new_cookie" }
  /// What happens to a request that its server did not answer.
  var retry: String { "$\(prefix)_retry" }
  /// The header `Connection` of requests to servers.
  var connection: String { "$\(prefix)_connection" }

  /// The location for requests that their server did not answer.
  var again: String { "@\(prefix)_again" }

  /// The upstream that has one server alone.
  ///
  /// nginx looks upstreams up one after the other with each request. Names that differ in their first
  /// character are quick to tell apart.
  static func pool(_ token: String, cluster: String) -> String { "\(token)_\(cluster)" }
}
