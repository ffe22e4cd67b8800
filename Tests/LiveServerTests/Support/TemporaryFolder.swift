import Foundation

/// A folder that is gone when the closure has ended.
func withTemporaryFolder<Result>(
  _ body: (TemporaryFolder) async throws -> Result
) async throws -> Result {
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  return try await body(folder)
}

struct TemporaryFolder: Sendable {
  let path: String

  fileprivate init() throws {
    // Short, because the path of a unix socket has at most 107 bytes.
    let name = "chash-\(UInt64.random(in: .min ... .max))"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  fileprivate func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  subscript(name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
    return self[name]
  }

  /// The bytes of a file; none if it does not exist.
  func bytes(of name: String) -> [UInt8] {
    FileManager.default.contents(atPath: self[name]).map(Array.init) ?? []
  }

  func text(of name: String) -> String {
    String(decoding: bytes(of: name), as: UTF8.self)
  }
}
