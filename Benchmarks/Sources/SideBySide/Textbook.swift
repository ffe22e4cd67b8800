import ConsistentHashing
import TextbookC

/// The ids of a cluster, laid end to end for C.
struct IDs {
  let bytes: [UInt8]
  let ends: [Int]

  init(_ cluster: Cluster) {
    var bytes: [UInt8] = []
    ends = cluster.nodes.map { node in
      bytes += node.id.text.utf8
      return bytes.count
    }
    self.bytes = bytes
  }

  func withTexts<Result>(_ body: (textbook_texts) -> Result) -> Result {
    KeySet.withTexts(bytes, ends, ends.count, body)
  }
}

/// The tables of the textbook, freed with the last reference.
final class TextbookMaglev {
  var table: textbook_maglev
  init(_ cluster: Cluster, size: Int = 65_537) {
    table = IDs(cluster).withTexts { textbook_maglev_make($0, UInt64(size)) }
  }
  deinit { textbook_maglev_free(table) }
}

/// See ``TextbookMaglev``.
final class TextbookRing {
  var ring: textbook_ring
  init(_ cluster: Cluster, virtualNodes: Int = 160) {
    ring = IDs(cluster).withTexts { textbook_ring_make($0, virtualNodes) }
  }
  deinit { textbook_ring_free(ring) }
}

/// See ``TextbookMaglev``.
final class TextbookRendezvous {
  var nodes: textbook_rendezvous
  init(_ cluster: Cluster) {
    let weights = cluster.nodes.map(\.weight)
    nodes = IDs(cluster).withTexts { textbook_rendezvous_make($0, weights) }
  }
  deinit { textbook_rendezvous_free(nodes) }
}

/// See ``TextbookMaglev``.
final class TextbookNginx {
  var ring: textbook_nginx
  init(_ cluster: Cluster) { ring = IDs(cluster).withTexts { textbook_nginx_make($0) } }
  deinit { textbook_nginx_free(ring) }
}
