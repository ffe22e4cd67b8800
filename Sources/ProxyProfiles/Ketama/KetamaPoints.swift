/// The points that the ketama family makes of a server's name.
enum KetamaPoints {
  /// Visits points from one place of their sequence to another, both a multiple of four.
  ///
  /// They are the words of the MD5 of `name-0`, `name-1` and so on.
  static func forEach(_ name: MD5Stream, in range: Range<Int>, _ visit: (UInt32) -> Void) {
    for j in (range.lowerBound / 4)..<(range.upperBound / 4) {
      let words = name.digest(with: j)
      visit(words.0)
      visit(words.1)
      visit(words.2)
      visit(words.3)
    }
  }

  /// How many points a server owns where 160 for each are shared out by weight, as libmemcached and
  /// twemproxy do it.
  ///
  /// All steps are single precision, in this order:
  /// `floor(weight / sum · 160 / 4 · servers + 10⁻¹⁰) · 4`. (One of the two programs adds the last
  /// term in double precision; it is too small to make a difference in either.) So 100 equal servers
  /// get 156 points each, not 160.
  ///
  /// - Parameters:
  ///   - weight: The weight of the server.
  ///   - sum: The weights of all servers that are not ejected.
  ///   - servers: The number of those servers.
  static func count(weight: Int, of sum: Int, servers: Int) -> Int {
    let share = Float(weight) / Float(sum)
    let groups = share * 160 / 4 * Float(servers) + 1e-10
    // Not negative, so truncation rounds down.
    return Int(groups) * 4
  }
}
