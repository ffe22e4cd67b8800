import Foundation

/// A peer in a process of its own that places keys of a file when it is asked to, so that its rounds
/// take turns with ours.
///
/// A request is the line "RULE NODES COUNT", the reply "NANOSECONDS CHECKSUM". The process says first
/// who it is.
final class Peer {
  /// What is missing or went wrong.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What the peer says it is, with versions.
  private(set) var name = ""

  private let process = Process()
  private let requests = Pipe()
  private let replies = Pipe()
  private var unread = Data()

  /// Starts a program.
  ///
  /// - Throws: ``Failure`` if there is none, or it does not say what it is.
  init(
    _ program: String, _ arguments: [String], needs files: [String],
    environment: [String: String] = [:]
  ) throws {
    for file in files where !FileManager.default.fileExists(atPath: file) {
      throw Failure(description: "not installed: \(file) is missing")
    }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = requests
    process.standardOutput = replies
    // Without this a peer that ended would end this program too.
    signal(SIGPIPE, SIG_IGN)
    do {
      try process.run()
    } catch {
      throw Failure(description: "not installed: \(program) does not start")
    }
    guard let greeting = readLine(), !greeting.isEmpty else {
      throw Failure(description: "not installed: \(program) ended at once")
    }
    name = greeting
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    if process.isRunning { process.waitUntilExit() }
  }

  /// Asks for one round.
  func round(_ rule: String, nodes: Int, count: Int) throws -> Contest.Round {
    let request = Data("\(rule) \(nodes) \(count)\n".utf8)
    // A peer that has ended gives no reply either.
    try? requests.fileHandleForWriting.write(contentsOf: request)
    let reply = readLine() ?? ""
    let words = reply.split(separator: " ")
    guard words.count == 2, let time = Double(words[0]), let checksum = UInt64(words[1]) else {
      throw Failure(description: "\(name) replied to \(rule): \(reply.isEmpty ? "nothing" : reply)")
    }
    return Contest.Round(nanoseconds: time, checksum: checksum)
  }

  private func readLine() -> String? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread = Data(unread[(end + 1)...])
        return line
      }
      let more = replies.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      unread += more
    }
  }
}
