/// The points that the ketama family makes of a server's name.
enum KetamaPoints {
  /// Visits a number of points, a multiple of four.
  ///
  /// They are the words of the MD5 of `name-0`, `name-1` and so on.
  static func forEach(name: [UInt8], count: Int, _ visit: (UInt32) -> Void) {
    var text = name
    text.append(UInt8(ascii: "-"))
    let length = text.count
    for j in 0..<(count / 4) {
      text.removeSubrange(length...)
      text.append(decimal: j)
      let words = MD5.digest(text.span)
      visit(words.0)
      visit(words.1)
      visit(words.2)
      visit(words.3)
    }
  }

  /// How many points each server owns where 160 for each are shared out by weight, as libmemcached
  /// and twemproxy do it.
  ///
  /// Only servers that are live count, for the number of servers and the sum of weights too; the
  /// others own none. All steps are single precision, in this order:
  /// `floor(weight / sum · 160 / 4 · servers + 10⁻¹⁰) · 4`. (One of the two programs adds the last
  /// term in double precision; it is too small to make a difference in either.) So 100 equal servers
  /// get 156 points each, not 160.
  static func counts(weights: [Int], isLive: [Bool]) -> [Int] {
    var servers = 0
    var sum = 0
    for (weight, isLive) in zip(weights, isLive) where isLive {
      servers += 1
      sum += weight
    }
    return zip(weights, isLive).map { weight, isLive in
      guard isLive else { return 0 }
      let share = Float(weight) / Float(sum)
      let groups = share * 160 / 4 * Float(servers) + 1e-10
      // Not negative, so that cutting off is rounding down.
      return Int(groups) * 4
    }
  }
}
