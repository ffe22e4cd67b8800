import CLibmemcached
import CMachine
import Foundation

/// The machine, the date and the versions of what took part.
struct Machine {
  let model: String
  let date: String
  var facts: [(name: String, value: String)]

  /// What results of this machine and day are called, without an ending.
  var fileName: String {
    var slug = ""
    for character in model.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty, slug.last != "-" {
        slug.append("-")
      }
    }
    while slug.last == "-" { slug.removeLast() }
    return "\(date)-\(slug)"
  }

  /// Looks at the machine that runs this.
  init() {
    let processor = Self.text(of: "/proc/cpuinfo")
      .split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    model = processor ?? Self.output("sysctl", "-n", "machdep.cpu.brand_string")
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd"
    date = formatter.string(from: Date())
    let cores = ProcessInfo.processInfo.activeProcessorCount
    facts = [
      ("processor", "\(model), \(cores) cores\(Self.vectors)"),
      ("caches", Self.caches),
      ("system", Self.output("uname", "-srm")),
      ("Swift", Self.firstLine(Self.output("swift", "--version"))),
      ("C compiler", String(cString: machine_c_compiler())),
      ("xxHash", String(cString: machine_xxhash_version())),
      ("libmemcached", LibmemcachedPeer.fact),
    ]
  }

  /// The average number of runnable threads of the last minute.
  static var load: String {
    String(text(of: "/proc/loadavg").split(separator: " ").first ?? "unknown")
  }

  /// Whether the processor says that it has a kind of instructions.
  func has(_ instructions: String) -> Bool { Self.flags.contains(Substring(instructions)) }

  private static var flags: [Substring] {
    let lines = text(of: "/proc/cpuinfo").split(separator: "\n")
    return lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
  }

  private static var vectors: String {
    let flags = flags
    let known = ["avx2", "avx512f"].filter { flags.contains(Substring($0)) }
    return known.isEmpty ? "" : ", \(known.joined(separator: " and "))"
  }

  private static var caches: String {
    let folder = "/sys/devices/system/cpu/cpu0/cache"
    let found = (0..<8).compactMap { index -> String? in
      let level = text(of: "\(folder)/index\(index)/level")
      let kind = text(of: "\(folder)/index\(index)/type")
      let size = text(of: "\(folder)/index\(index)/size")
      return size.isEmpty || kind == "Instruction" ? nil : "L\(level) \(size)"
    }
    return found.isEmpty ? "unknown" : found.joined(separator: ", ")
  }

  private static func text(of path: String) -> String {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func output(_ command: String...) -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return "unknown" }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.isEmpty ? "unknown" : text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func firstLine(_ text: String) -> String {
    String(text.split(separator: "\n").first ?? "unknown")
  }
}
