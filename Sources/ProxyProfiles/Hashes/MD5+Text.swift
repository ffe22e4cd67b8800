extension MD5 {
  /// The digest of some bytes as 32 hexadecimal digits in lower case.
  package static func text(of bytes: [UInt8]) -> String {
    let digest = digest(bytes.span)
    return [digest.0, digest.1, digest.2, digest.3].map { word in
      let text = String(word.byteSwapped, radix: 16)
      return String(repeating: "0", count: 8 - text.utf8.count) + text
    }.joined()
  }
}
