import ClusterDocument
import ConsistentHashing
import ProxyProfiles

/// The file beside a document that has the earlier lists of its sessions: `shop.history` beside `shop.yaml`.
struct HistoryFile {
  let path: String

  private static let limit = 256 << 20

  /// Names the file of a document; nil for standard input, which has nothing beside it.
  init?(ofDocument document: String) {
    guard !FileDescriptor.isStandardInput(document), FileDescriptor.number(named: document) == nil
    else { return nil }
    let slash = document.lastIndex(of: "/").map(document.index(after:)) ?? document.startIndex
    let dot = document[slash...].lastIndex(of: ".") ?? document.endIndex
    let stem = dot == slash ? document[...] : document[..<dot]
    path = stem + ".history"
  }

  /// Reads the history of a cluster; nil if there is no file.
  ///
  /// - Throws: `CommandError` if the file is damaged, or belongs to another list than the cluster has.
  func history(of placed: PlacedCluster, document: String) throws(CommandError) -> ListHistory? {
    guard FileDescriptor.exists(path) else { return nil }
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: Self.limit)
    do {
      let read = try ListHistory.file(
        String(decoding: bytes, as: UTF8.self), named: path,
        properties: RuleCatalogue.all.nodePropertyNames)
      guard read.list == (try placed.listDigest(in: .all)) else {
        throw CommandError(
          "\(shown(path)): belongs to another list than \(shown(document)) has now, so the document was changed "
            + "without chash rollout, and sessions would move; bring back the document and plan the change with "
            + "chash rollout, or remove \(shown(path)), which places the sessions of earlier lists anew"
        )
      }
      return read.history
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError("\(error)")
    }
  }

  /// Writes the history of a cluster.
  func write(_ history: ListHistory, of placed: PlacedCluster, madeFrom inputs: [String?]) throws {
    let text = history.text(
      ofList: try placed.listDigest(in: .all), properties: RuleCatalogue.all.nodePropertyNames)
    try AtomicFile.write(Array(text.utf8), to: path, madeFrom: inputs)
  }
}

extension PlacedCluster {
  /// Whether its sessions follow their list.
  var followsList: Bool {
    if case .session(let affinity)? = placement.key { affinity.follow == .list } else { false }
  }
}

extension HistoryFile {
  /// The earlier lists that sessions of a cluster live by; empty if they do not follow their list.
  static func history(of placed: PlacedCluster, document: String) throws(CommandError)
    -> ListHistory
  {
    guard placed.followsList, let file = HistoryFile(ofDocument: document) else {
      return ListHistory()
    }
    if let history = try file.history(of: placed, document: document) { return history }
    Notes.say(
      "\(shown(document)): has no \(shown(file.path)) beside it, so that this list is taken for the first one"
    )
    return ListHistory()
  }
}

extension ClusterInput {
  /// The earlier lists that sessions of the cluster live by; empty if they do not follow their list.
  func history() throws(CommandError) -> ListHistory {
    try HistoryFile.history(of: placed, document: path)
  }
}
