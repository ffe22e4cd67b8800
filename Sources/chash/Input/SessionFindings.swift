import ClusterDocument
import Configurations
import ConsistentHashing

/// Finds what loses sessions in a document.
enum SessionFindings {
  static func findings(of document: ClusterDocument) -> [SessionFinding] {
    let placed = document.placed
    let place = ConfigurationLocation(
      file: document.file, line: document.location(of: .key)?.line ?? 1)
    let title = "cluster \(placed.name)"
    var findings: [SessionFinding] = []
    if placed.cluster.properties["sticky"] == nil, placed.cluster.properties["cookie"] == nil {
      findings += [SessionCookieNames.finding(about: placed.placement.key, place, part: title)]
        .compactMap(\.self)
    }
    if case .session(let affinity)? = placed.placement.key, affinity.follow == .server,
      affinity.secret == nil
    {
      findings.append(
        SessionFinding(
          .noSecret, place,
          "the names of servers in the cookies of \(title) are made without a secret: who guesses the id of "
            + "a node can make a cookie for it, and tell the id from a cookie",
          remedy: "write 'secret:' with 16 random characters or more below 'session:'"))
    }
    return findings
  }
}
