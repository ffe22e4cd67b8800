/// The names of the variables and locations by which requests go along a preference.
///
/// All begin with the name of the cluster, as those of sessions do.
extension NginxSessionNames {
  /// The names of the first servers of the key's preference, with dots between them.
  var choices: String { variable("choices") }
  /// The group of slots that the key falls into.
  var group: String { variable("group") }
  /// The choices of the keys of a group.
  func slots(ofGroup group: Int) -> String { variable("slots_\(group)") }
  /// The upstream of a choice, counted from 1.
  func choice(_ place: Int) -> String { variable("choice_\(place)") }
  /// The name of the server of a choice, as a group of a regular expression.
  func choiceName(_ place: Int) -> String { variable("choice_name_\(place)") }
  /// The upstream of an attempt, counted from 1.
  func pool(ofAttempt attempt: Int) -> String {
    attempt == 1 ? pool : variable("pool_\(attempt)")
  }
  /// What happens to a request that the servers of the attempts before did not answer.
  func retry(ofAttempt attempt: Int) -> String {
    attempt <= 2 ? retry : variable("retry_\(attempt)")
  }
  /// The location of an attempt after the first.
  func location(ofAttempt attempt: Int) -> String {
    attempt <= 2 ? again : "\(again)_\(attempt)"
  }
}
