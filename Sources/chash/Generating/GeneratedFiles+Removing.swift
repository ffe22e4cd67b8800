import Configurations

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension GeneratedFiles {
  /// Removes what earlier texts of the cluster needed, and no text needs any more.
  ///
  /// Only files go whose name and contents tell that this program wrote them. The files of the text before
  /// stay, because workers of a router may still read them, and so does what any other text of the folder
  /// names. A file that cannot be removed does no harm.
  func removeOthers(namedBy texts: [[UInt8]]) {
    var named = Set(texts.flatMap { names(in: $0) })
    guard hasFiles || !named.isEmpty else { return }
    let present = FileDescriptor.names(inFolder: folder)
    func others() -> [String] {
      present.filter { EmissionFile.isName($0, of: cluster) && !named.contains($0) }
    }
    guard !others().isEmpty else { return }
    for name in present where !EmissionFile.isName(name, of: cluster) {
      do {
        guard let text = try FileDescriptor.contents(of: folder + name, limit: 16 << 20) else {
          continue
        }
        named.formUnion(names(in: text))
      } catch {
        // It may name all of them.
        return
      }
    }
    for name in others() {
      guard let bytes = try? FileDescriptor.contents(of: folder + name, limit: 1 << 30),
        EmissionFile.isIntact(name, bytes)
      else { continue }
      try? FileDescriptor.remove(folder + name)
    }
  }

  /// The names of files of the cluster in a text.
  private func names(in text: [UInt8]) -> Set<String> {
    let words = text.split { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "-"):
        false
      default: true
      }
    }
    return Set(
      words.lazy.map { String(decoding: $0, as: UTF8.self) }
        .filter { EmissionFile.isName($0, of: self.cluster) })
  }
}

extension FileDescriptor {
  /// The names of what is in a folder, sorted; empty if it cannot be read.
  fileprivate static func names(inFolder folder: String) -> [String] {
    guard let directory = unsafe opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      names.append(name)
    }
    return names.sorted()
  }
}
