package import ConsistentHashing

/// Backup servers, which nginx and HAProxy know: nodes that get nothing while another server is up.
extension OptionDescription {
  /// The property of nodes that marks a backup server.
  package static let backup = OptionDescription(
    name: "backup", kind: .word(["true", "false"]), defaultValue: "false",
    summary: "whether the server line says backup")
}

extension Node {
  /// Whether the server line says `backup`.
  var isBackup: Bool { properties[OptionDescription.backup.name] == "true" }
}

extension Cluster {
  /// The weight of each node that takes a share: backups take none while another node is available.
  var sharingWeights: [Double] {
    let weights = availableWeights
    let primaries = zip(nodes, weights).map { $0.isBackup ? 0 : $1 }
    return primaries.contains { $0 > 0 } ? primaries : weights
  }
}
