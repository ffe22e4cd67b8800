/// What the command line asks for.
struct Arguments {
  static let usage = """
    usage: SideBySide [--quick] [--only PART] [--results FOLDER] [--peers FOLDER]
           SideBySide --serve

      --quick            few rounds, to see that everything works
      --only PART        Maglev, ring, jump, rendezvous, texts, nginx, libmemcached, peers,
                         constructions, memory, scaling, rules or growth
      --results FOLDER   write DATE-MACHINE.md and its plots there, instead of printing the report
      --peers FOLDER     where the peers in other languages are; `peers` unless given
      --serve            answer requests on standard input, as a peer; for forms of the library that
                         need a process of their own

    Peers that are not there are left out; Benchmarks/peers/prepare builds them.
    """

  static let parts = [
    "Maglev", "ring", "jump", "rendezvous", "texts", "nginx", "libmemcached", "peers",
    "constructions", "memory", "scaling", "rules", "growth",
  ]

  var isQuick = false
  var isServing = false
  var wantsHelp = false
  var only: String?
  var results: String?
  var peers = "peers"

  /// Where `prepare` puts what it builds.
  var builtPeers: String { "\(peers)/../.peers" }

  /// Reads arguments; nil if there is one that is unknown or lacks its value.
  init?(_ words: some Sequence<String>) {
    var words = words.makeIterator()
    while let word = words.next() {
      switch word {
      case "--quick": isQuick = true
      case "--serve": isServing = true
      case "--help", "-h": wantsHelp = true
      case "--only":
        guard let part = words.next(), Self.parts.contains(part) else { return nil }
        only = part
      case "--results":
        guard let folder = words.next() else { return nil }
        results = folder
      case "--peers":
        guard let folder = words.next() else { return nil }
        peers = folder
      default: return nil
      }
    }
  }
}
