internal import ConsistentHashing

/// What Envoy picks under `hash_balance_factor`, which `ring_hash` and `maglev` have in common.
///
/// Rule (`BoundedLoadHashingLoadBalancer` in `thread_aware_lb_impl.cc`): with one more request in flight,
/// the slots are `(requests · factor + 99) / 100`, and a host has its share of them, rounded up, at least
/// one. A host with at most as many requests as slots, not fewer, takes one more. If the first host has
/// more, the others are tried in an order that is shuffled by the hash (Fisher and Yates, MT19937 seeded
/// with its low 32 bits); if all have more, the one that is the least overloaded takes it.
struct EnvoyBoundedLoad {
  let hosts: [EnvoyWeights.Entry]

  /// The host that takes a request.
  ///
  /// - Parameters:
  ///   - first: The host of the hash.
  ///   - hash: The hash of the key.
  ///   - load: The requests in flight.
  func index(first: Int, hash: UInt64, under load: NodeLoad) -> Int {
    let slots = ((load.total + 1) * load.percent + 99) / 100
    func overload(_ host: EnvoyWeights.Entry) -> Double {
      let own = max(1, (Double(slots) * host.share).rounded(.up))
      return Double(load.inFlight[host.index]) / own
    }
    guard let place = hosts.firstIndex(where: { $0.index == first }) else { return first }
    var least = (host: first, overload: overload(hosts[place]))
    if least.overload <= 1 { return first }
    var order = Array(hosts.indices)
    var random = MersenneTwister(seed: UInt32(truncatingIfNeeded: hash))
    for position in order.indices {
      order.swapAt(position, position + random.next(below: UInt32(order.count - position)))
      let host = hosts[order[position]]
      guard host.index != first else { continue }
      let overload = overload(host)
      if overload <= 1 { return host.index }
      if overload < least.overload { least = (host.index, overload) }
    }
    return least.host
  }
}

/// MT19937 (Matsumoto and Nishimura 1998), as `std::mt19937` is.
struct MersenneTwister {
  private var state: [UInt32]
  private var position = 624

  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(624)
    for number in 1..<624 {
      let last = state[number - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(number))
    }
  }

  /// The next number.
  mutating func next() -> UInt32 {
    if position == 624 { twist() }
    var value = state[position]
    position += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  /// A number below a bound, as Envoy takes it: the quotient by a whole number of values, again if that is
  /// the bound or more.
  mutating func next(below bound: UInt32) -> Int {
    let divisor = (UInt64(1) << 32) / UInt64(bound)
    while true {
      let value = UInt64(next()) / divisor
      if value < bound { return Int(value) }
    }
  }

  private mutating func twist() {
    for number in 0..<624 {
      let bits = state[number] & 0x8000_0000 | state[(number + 1) % 624] & 0x7FFF_FFFF
      let odd: UInt32 = bits & 1 == 1 ? 0x9908_B0DF : 0
      state[number] = state[(number + 397) % 624] ^ bits >> 1 ^ odd
    }
    position = 0
  }
}
