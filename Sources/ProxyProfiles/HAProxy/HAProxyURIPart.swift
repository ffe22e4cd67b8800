/// The part of a request target that `balance uri` hashes.
///
/// In this order: `path-only` takes the path and query of an absolute target, `len` keeps the first
/// bytes, `depth` ends before the slash after that many directories, and a question mark ends it
/// unless `whole` is set.
public struct HAProxyURIPart: Hashable, Sendable {
  /// `whole`: whether the query belongs to it.
  public var isWhole: Bool

  /// `path-only`: whether a scheme and authority in front of the path are left out.
  public var isPathOnly: Bool

  /// `len`: how many bytes are looked at; all if nil.
  public var length: Int?

  /// `depth`: how many directories, the first being `/`; all if nil.
  public var depth: Int?

  /// Describes a part: by default the whole target up to its query.
  public init(
    isWhole: Bool = false, isPathOnly: Bool = false, length: Int? = nil, depth: Int? = nil
  ) {
    self.isWhole = isWhole
    self.isPathOnly = isPathOnly
    self.length = length
    self.depth = depth
  }

  /// The options that differ from the default, in the words of the configuration.
  var words: [String] {
    [
      isWhole ? "whole" : nil, isPathOnly ? "path-only" : nil, length.map { "len-\($0)" },
      depth.map { "depth-\($0)" },
    ].compactMap { $0 }
  }

  /// The name of the first option that differs from the default, as documents write it.
  var firstOption: String? {
    if isWhole { return "uri-whole" }
    if isPathOnly { return "uri-path-only" }
    return length != nil ? "uri-len" : depth != nil ? "uri-depth" : nil
  }

  /// The positions of the bytes that are hashed.
  func range(in target: Span<UInt8>) -> Range<Int> {
    let start = isPathOnly ? Self.startOfPath(target) : 0
    var limit = target.count
    if let length { limit = min(limit, start + max(length, 0)) }
    var slashes = 0
    var end = start
    while end < limit {
      let byte = target[end]
      if byte == UInt8(ascii: "/") {
        slashes += 1
        if let depth, slashes > depth { break }
      } else if byte == UInt8(ascii: "?"), !isWhole {
        break
      }
      end += 1
    }
    return start..<end
  }

  /// Where the path begins: at once in `/path`, at the first slash after `scheme://`, nowhere in
  /// `*` and `host:port`.
  private static func startOfPath(_ target: Span<UInt8>) -> Int {
    guard target.count > 0, target[0] != UInt8(ascii: "/") else { return 0 }
    var position = 0
    while position < target.count, target[position] != UInt8(ascii: ":") { position += 1 }
    guard position + 2 < target.count, target[position + 1] == UInt8(ascii: "/"),
      target[position + 2] == UInt8(ascii: "/")
    else { return target.count }
    position += 3
    while position < target.count, target[position] != UInt8(ascii: "/") { position += 1 }
    return position
  }
}
