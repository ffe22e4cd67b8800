internal import Configurations

/// The zones of shared memory of all upstreams, which are checked together.
struct NginxZones {
  /// A `zone` directive.
  struct Zone {
    let name: String
    /// The number of bytes; 0 if only another directive says it.
    let size: Int
    /// The size as written.
    let sizeText: String
    let context: NginxContext
    let location: ConfigurationLocation
  }

  private var zones: [Zone] = []
  private var positions: [String: Int] = [:]
  private var conflicts: [ConfigurationProblem] = []

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
        name: first.name, size: zone.size, sizeText: zone.sizeText, context: first.context,
        location: first.location)
    } else if zone.size != 0, zone.size != first.size {
      conflicts.append(
        problem(
          "the size \(zone.size) of shared memory zone \"\(zone.name)\" "
            + "conflicts with already declared size \(first.size)", zone))
    }
  }

  /// The size of a zone as written; nil if no directive says it.
  func size(of name: String) -> String? {
    positions[name].map { zones[$0].sizeText }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The conflicts between the zones.
  var problems: [ConfigurationProblem] {
    conflicts
      + zones.filter { $0.size == 0 }.map {
        problem("zero size shared memory zone \"\($0.name)\"", $0)
      }
  }

  private func problem(_ message: String, _ zone: Zone) -> ConfigurationProblem {
    ConfigurationProblem(severity: .error, message: message, remedy: nil, location: zone.location)
  }
}
