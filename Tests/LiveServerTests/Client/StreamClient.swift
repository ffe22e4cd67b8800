/// Connects to a TCP front once from each source address and reads what the backend sends.
struct StreamClient: Sendable {
  var front: IPv4Address
  /// How many sessions may be under way at once.
  var connections = 32

  /// What each session received until the front closed it: empty when there was no backend.
  func ask(from sources: [IPv4Address]) throws -> [String] {
    var answers: [String] = []
    answers.reserveCapacity(sources.count)
    for first in stride(from: 0, to: sources.count, by: connections) {
      let batch = sources[first..<min(first + connections, sources.count)]
      let sessions = try batch.map { try Socket(to: front, from: $0) }
      for session in sessions {
        var bytes: [UInt8] = []
        while try session.receive(into: &bytes) {}
        answers.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return answers
  }
}
