internal import Configurations

/// The output of `nginx -T`: all files of a configuration, each after a line that names it.
///
/// ```
/// # configuration file /etc/nginx/nginx.conf:
/// events {}
/// http { include conf.d/*.conf; }
///
/// # configuration file /etc/nginx/conf.d/app.conf:
/// ```
///
/// nginx prints what it says about the configuration before the files, and often it is in the same file.
/// It adds a line break to each file.
struct NginxDump {
  /// The files in their order.
  private(set) var parts: [ConfigurationPart] = []
  private var names: Set<String> = []

  /// The first file begins within so many bytes.
  private static let mostBefore = 1 << 16
  private static let mark = Array("# configuration file ".utf8)

  /// Cuts the output into files; nil if the bytes are something else.
  init?(_ bytes: [UInt8]) {
    var name: String?
    var start = 0
    var position = 0
    while position < bytes.count {
      if name == nil, position > Self.mostBefore { return nil }
      let feed = bytes[position...].firstIndex(of: UInt8(ascii: "\n"))
      var line = bytes[position..<(feed ?? bytes.count)]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      let next = feed.map { $0 + 1 } ?? bytes.count
      if let path = Self.path(line) {
        if let name { append(name, bytes[start..<position]) }
        name = path
        start = next
      } else if name == nil, Self.isConfiguration(line) {
        return nil
      }
      position = next
    }
    guard let name else { return nil }
    append(name, bytes[start...])
  }

  /// The path in a line that begins a file.
  private static func path(_ line: ArraySlice<UInt8>) -> String? {
    guard line.starts(with: mark), line.last == UInt8(ascii: ":"), line.count > mark.count + 1
    else { return nil }
    return String(decoding: line.dropFirst(mark.count).dropLast(), as: UTF8.self)
  }

  /// Whether a line before the first file shows that the bytes are a file of their own.
  ///
  /// Other lines are those that nginx prints, or the command that was typed.
  private static func isConfiguration(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { $0 > 0x20 }), let last = line.last(where: { $0 > 0x20 })
    else { return false }
    return first == UInt8(ascii: "#") || ";{}".utf8.contains(last)
  }

  private mutating func append(_ name: String, _ text: ArraySlice<UInt8>) {
    // A file that is included several times is printed once, but dumps may be joined.
    guard names.insert(name).inserted else { return }
    parts.append(ConfigurationPart(file: name, bytes: Array(text)))
  }

  /// The files as nginx reads them.
  var bundle: ConfigurationBundle? {
    guard let main = parts.first else { return nil }
    let texts = Dictionary(parts.map { ($0.file, $0.bytes) }) { first, _ in first }
    let memory = ConfigurationFiles(texts)
    return ConfigurationBundle(
      main: main,
      files: ConfigurationFiles(
        read: { path throws(ConfigurationFiles.Unreadable) in
          do {
            return try memory.read(path)
          } catch {
            throw ConfigurationFiles.Unreadable(reason: "the output of nginx -T does not hold it")
          }
        }, list: memory.list))
  }
}
