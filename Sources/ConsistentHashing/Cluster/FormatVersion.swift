/// The version of a JSON format, which comes first in everything this package writes as JSON.
///
/// Fields may be added within a version; a change that an older program would misread raises it.
public enum FormatVersion {
  /// The version that this release writes, and the newest that it reads.
  public static let current = 1

  /// A document of a version that this release does not know.
  public struct Unknown: Error, Hashable, Sendable, CustomStringConvertible {
    /// The version of the document.
    public let version: Int

    /// Describes an unknown version.
    public init(version: Int) {
      self.version = version
    }

    /// The version, and what to do.
    public var description: String {
      "the format has the version \(version), but this release reads up to \(current); "
        + "use a newer release, or write the document with this one"
    }
  }

  /// Reads and checks the version of a document; a missing one is the first.
  ///
  /// - Throws: A `DecodingError` around ``Unknown`` if the version is newer than ``current`` or below 1.
  public static func check<Key: CodingKey>(
    _ container: KeyedDecodingContainer<Key>, forKey key: Key
  ) throws {
    let version = try container.decodeIfPresent(Int.self, forKey: key) ?? 1
    guard (1...current).contains(version) else {
      let unknown = Unknown(version: version)
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath + [key], debugDescription: unknown.description,
          underlyingError: unknown))
    }
  }
}
