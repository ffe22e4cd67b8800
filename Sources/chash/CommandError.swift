/// A mistake that the user can correct, in one line: what, where, and what to do.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = printable(description)
  }
}
