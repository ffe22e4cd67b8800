import ConsistentHashing
import ProxyProfiles

/// Does one thing a number of times, so that a count of instructions can be divided by that number:
/// `Instructions CASE COUNT`; without arguments it lists the cases.
///
/// The script beside, `instructions/measure`, runs it.
@main enum Instructions {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    do {
      if words.isEmpty {
        for name in try Case.all().map(\.name) { print(name) }
      } else if words.count == 2, let count = words.last.flatMap({ Int($0) }), count >= 0,
        let chosen = try Case.all().first(where: { $0.name == words.first })
      {
        // Printed, so that none of it can be left out by the compiler.
        print(try chosen.prepare()(count))
      } else {
        print("usage: Instructions [CASE COUNT]")
      }
    } catch {
      print("Instructions: \(error)")
    }
  }
}
