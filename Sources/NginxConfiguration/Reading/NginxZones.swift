/// The shared memory that upstreams ask for, checked together.
struct NginxZones {
  /// A `zone` directive.
  struct Zone {
    let name: String
    /// Bytes; 0 if the directive names none, because another does.
    let size: Int
    let context: NginxContext
    let location: NginxLocation
  }

  private var zones: [Zone] = []
  private var positions: [String: Int] = [:]
  private var conflicts: [NginxProblem] = []

  /// Adds a zone; the first with a size sets it.
  mutating func add(_ zone: Zone) {
    guard let position = positions[zone.name] else {
      positions[zone.name] = zones.count
      zones.append(zone)
      return
    }
    let first = zones[position]
    if first.context != zone.context {
      conflicts.append(
        problem(
          "the shared memory zone \"\(zone.name)\" is already declared for a different use", zone))
    } else if first.size == 0 {
      zones[position] = Zone(
        name: first.name, size: zone.size, context: first.context, location: first.location)
    } else if zone.size != 0, zone.size != first.size {
      conflicts.append(
        problem(
          "the size \(zone.size) of shared memory zone \"\(zone.name)\" "
            + "conflicts with already declared size \(first.size)", zone))
    }
  }

  /// What is wrong with them together.
  var problems: [NginxProblem] {
    conflicts
      + zones.filter { $0.size == 0 }.map {
        problem("zero size shared memory zone \"\($0.name)\"", $0)
      }
  }

  private func problem(_ message: String, _ zone: Zone) -> NginxProblem {
    NginxProblem(severity: .error, message: message, remedy: nil, location: zone.location)
  }
}
