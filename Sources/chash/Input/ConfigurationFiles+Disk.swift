import Configurations

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ConfigurationFiles {
  /// The files of this machine.
  ///
  /// - Parameter roots: The directories that stand for others in includes.
  static func onDisk(roots: [Root]) -> ConfigurationFiles {
    ConfigurationFiles(read: readFile, list: names(in:), roots: roots)
  }

  @Sendable private static func readFile(_ path: String) throws(Unreadable) -> [UInt8] {
    // A pipe or a device might never end.
    guard !FileDescriptor.isSpecial(path) else { throw Unreadable(reason: "it is no regular file") }
    do throws(CommandError) {
      let file = try FileDescriptor.reading(path)
      defer { file.close() }
      return try file.readAll(limit: 64 << 20)
    } catch {
      throw Unreadable(reason: lastError())
    }
  }

  /// The names in a directory, in the order of their characters.
  @Sendable static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
