internal import Configurations
internal import ConsistentHashing

extension NginxServerPart {
  /// A location for each server that a request may be sent to, each going on to the next.
  func locations(at path: NginxToken, _ choices: NginxChoices) throws(NginxUnwritable)
    -> [NginxItem]
  {
    var items = [
      Self.location(
        path, try attempt(1, choices, "When the server that was chosen does not answer."))
    ]
    guard choices.attempts > 1 else { return items }
    for attempt in 2...choices.attempts {
      let retry = names.retry(ofAttempt: attempt)
      let conditions: [NginxItem] = try [
        Self.comment(
          "Requests that a server may have begun with, and that must not be repeated."),
        Self.condition("(\(retry)", "=", "502)", returning: 502),
        Self.condition("(\(retry)", "=", "504)", returning: 504),
        .blank,
      ]
      let name = NginxToken(checked: names.location(ofAttempt: attempt))
      items += [
        .blank,
        Self.location(
          name,
          conditions
            + (try self.attempt(attempt, choices, "The next server, if there is one more."))),
      ]
    }
    return items
  }

  /// What a location has that sends requests to one server.
  private func attempt(_ attempt: Int, _ choices: NginxChoices, _ remark: String)
    throws(NginxUnwritable) -> [NginxItem]
  {
    var items = try proxying(to: names.pool(ofAttempt: attempt))
    if affinity != nil { items += try cookie() }
    guard attempt < choices.attempts else { return items }
    items += try [
      .blank,
      Self.comment(remark),
      Self.line("error_page", "502", "504", "=", names.location(ofAttempt: attempt + 1)),
      Self.line("recursive_error_pages", "on"),
    ]
    return items
  }
}
