package import ConsistentHashing

/// A kind of cookie that decides which server gets a request.
///
/// A kind knows the servers, and reads values as the router reads them that made them up.
package protocol CookieKind: Sendable {
  /// A name for programs, such as `nginx-sticky`.
  var id: String { get }

  /// What the cookie is, as the end of a sentence: `the cookie of nginx's sticky`.
  var title: String { get }

  /// The name of the cookie.
  ///
  /// Nil if it may have any.
  var cookie: String? { get }

  /// Reads a value.
  func reading(of value: [UInt8]) -> CookieReading
}

/// What the value of a cookie says.
package struct CookieReading: Hashable, Sendable {
  /// A part of the value.
  package struct Part: Hashable, Sendable {
    /// What it is called: `id`, `server`, `time`.
    package let name: String
    /// The part as the cookie has it.
    package let value: String
    /// What it means.
    package let meaning: String

    /// Describes a part.
    package init(_ name: String, _ value: some Sequence<UInt8>, _ meaning: String) {
      self.name = name
      self.value = String(decoding: Array(value), as: UTF8.self)
      self.meaning = meaning
    }
  }

  /// Why a cookie names no server.
  package enum Defect: Hashable, Sendable {
    /// No router has written it: a character, counted from 1, is wrong or missing.
    case malformed(at: Int)
    /// It has the right form, and no server has this name.
    case unknownServer
    /// A name made with another secret than the one of the cluster.
    case otherSecret
    /// The router hashes the value, which names no server.
    case hashed
  }

  /// The parts, in their order; without those that could not be read.
  package var parts: [Part] = []
  /// The position of the server that the cookie names.
  package var server: Int?
  /// Why it names none.
  package var defect: Defect?
  /// The same in a sentence without a full stop, which begins with a small letter.
  package var problem = ""
  /// The position of the server that the hash places the request on, where a hash decides about it.
  package var hashed: Int?
  /// What happens with a request that has the cookie: a sentence with a full stop.
  package var consequence = ""

  /// A reading without anything.
  package init() {}

  /// A cookie that no router has written.
  package init(malformedAt position: Int, _ problem: String, _ consequence: String) {
    defect = .malformed(at: position)
    self.problem = problem
    self.consequence = consequence
  }
}

extension Node {
  /// The id, and the address if it is another text.
  package var title: String {
    id.text.utf8.elementsEqual(address.utf8) ? id.text : "\(id.text) (\(address))"
  }
}
