import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import Testing

/// What is read, written and read again is equal.
@Suite struct NginxRoundTripTests {
  /// The configurations are the same for the same seed.
  ///
  /// A failure prints it.
  static let seed: UInt64 = 20_261_125

  /// A text that was written, with what it says.
  struct Written {
    let placed: PlacedCluster
    let context: NginxContext
    let emission: Emission
  }

  /// Why a cluster that was read may be refused: the text would be read in another way elsewhere, or is
  /// too long.
  static let refusals: Set<EmissionError.Code> = [
    .invalidName, .invalidAddress, .invalidKey, .invalidID,
  ]

  static func context(of placed: PlacedCluster) -> NginxContext {
    placed.cluster.properties["context"].flatMap(NginxContext.init(rawValue:)) ?? .http
  }

  static func clusters(
    in bytes: [UInt8], _ place: NginxReader.Place, version: NginxVersion = .newest
  )
    throws -> [PlacedCluster]
  {
    let reading = try NginxReader(
      files: ConfigurationFiles(["/0.conf": bytes]), version: version
    ).upstreams(in: "/0.conf", place: place)
    return reading.upstreams.compactMap { try? $0.cluster() }
      + reading.splits.compactMap { try? $0.cluster() }
  }

  /// A cluster without what the notes name.
  static func without(_ notes: [EmissionNote], _ placed: PlacedCluster) throws -> PlacedCluster {
    var properties = placed.cluster.properties
    var nodes = placed.nodes
    for note in notes {
      guard let id = note.node else {
        properties[note.parameter] = nil
        continue
      }
      for position in nodes.indices where nodes[position].id == id {
        nodes[position].properties[note.parameter] = nil
      }
    }
    return PlacedCluster(
      try Cluster(
        name: placed.name, nodes: nodes, properties: properties,
        allowsRepeatedAddresses: placed.cluster.allowsRepeatedAddresses),
      placed.placement)
  }

  @Test func everythingThatIsReadIsWrittenAndReadAgain() throws {
    var wrong: [String] = []
    var rules: [String: Int] = [:]
    var refused: [String: Int] = [:]
    var noted = 0
    for item in try NginxCorpus(seed: Self.seed).items {
      let reader = NginxReader(files: ConfigurationFiles(item.files))
      guard let reading = try? reader.upstreams(in: "/0.conf", place: item.place) else { continue }
      let clusters =
        reading.upstreams.compactMap { try? $0.cluster() }
        + reading.splits.compactMap { try? $0.cluster() }
      for placed in clusters {
        let emission: Emission
        do throws(EmissionError) {
          emission = try NginxEmitter().emit(placed)
        } catch {
          refused[error.code.rawValue, default: 0] += 1
          if !Self.refusals.contains(error.code) { wrong.append("\(error)\n\(item.text)") }
          continue
        }
        rules[placed.placement.rule, default: 0] += 1
        noted += emission.notes.isEmpty ? 0 : 1
        // Whatever nginx itself accepts has a form.
        if reading.isAccepted, !emission.notes.isEmpty {
          wrong.append("left out \(emission.notes)\n\(item.text)")
        }
        let expected = try Self.without(emission.notes, placed)
        let context = Self.context(of: placed)
        let again = try reader.reading(again: emission.text, in: context)
        if !again.problems.isEmpty { wrong.append("\(again.problems)\n\(emission.text)") }
        let read =
          try again.upstreams.map { try $0.cluster() } + again.splits.map { try $0.cluster() }
        if read != [expected] {
          wrong.append("\(read)\n\(expected)\n\(emission.text)\n\(item.text)")
        }
      }
    }
    #expect(
      wrong.isEmpty, "seed \(Self.seed), \(wrong.count): \(wrong.prefix(3).joined(separator: "\n"))"
    )
    #expect(rules.keys.sorted() == ["nginx", "nginx-hash", "nginx-ip-hash", "nginx-split-clients"])
    #expect(rules.values.allSatisfy { $0 > 200 }, "\(rules)")
    #expect(noted > 10 && refused.values.reduce(0, +) < 50, "\(noted) \(refused)")
  }

  /// The installed nginx accepts what is written for its version.
  @Test func nginxAcceptsWhatIsWritten() async throws {
    let nginx = try await NginxProgram()
    let emitter = NginxEmitter(version: nginx.version)
    var written: [Written] = []
    for item in try NginxCorpus(seed: Self.seed &+ 1).items {
      let reader = NginxReader(files: ConfigurationFiles(item.files), version: nginx.version)
      guard let reading = try? reader.upstreams(in: "/0.conf", place: item.place),
        reading.isAccepted
      else { continue }
      let clusters =
        reading.upstreams.compactMap { try? $0.cluster() }
        + reading.splits.compactMap { try? $0.cluster() }
      for placed in clusters {
        guard let emission = try? emitter.emit(placed) else { continue }
        written.append(
          Written(placed: placed, context: Self.context(of: placed), emission: emission))
      }
    }
    // One of each rule and shape is enough, and nginx takes a moment for each.
    let step = max(1, written.count / 120)
    var refused: [String] = []
    var accepted = 0
    for sample in stride(from: 0, to: written.count, by: step).map({ written[$0] }) {
      let verdict = try await nginx.test(sample.emission.text, in: sample.context)
      if verdict.accepted {
        accepted += 1
      } else if !NginxVerdictTests.notJudged.contains(where: verdict.messages.contains) {
        refused.append("\(verdict.messages)\n\(sample.emission.text)")
      }
    }
    #expect(refused.isEmpty, "\(refused.prefix(3).joined(separator: "\n"))")
    #expect(accepted > 80)
  }
}

extension NginxReader {
  /// Reads a text that was written.
  fileprivate func reading(again text: String, in context: NginxContext) throws -> NginxReading {
    try NginxReader(files: ConfigurationFiles(["/w": Array(text.utf8)]), version: version)
      .upstreams(in: "/w", place: .inside(context))
  }
}
