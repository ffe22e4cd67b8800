import ArgumentParser

/// `chash generate`: configuration for other systems.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write configuration for a proxy.",
    subcommands: [])
}
