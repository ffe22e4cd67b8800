internal import CYaml

/// One step of reading YAML.
struct YAMLEvent {
  /// What was met.
  enum Kind {
    /// A text; `isPlain` if it has no quotes, so that YAML reads `null` and `~` as no value.
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
    case alias
    case documentStart
    case documentEnd
    case streamEnd
    /// The start of the stream, or another event without contents.
    case other
  }

  let kind: Kind
  let location: DocumentError.Location
}

/// The events of a YAML text, one by one.
///
/// They come from libyaml, which is part of Yams. Yams' own tree takes 5.6 KB and 20 µs a node, too much
/// for a cluster of a million nodes, and resolves aliases without a limit. Events take no memory, and the
/// reader of documents refuses an unexpected event before anything grows.
///
/// All unsafe code for YAML is in this file.
@safe final class YAMLEvents {
  private let file: String
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// Starts reading.
  ///
  /// The encoding is UTF-8; a byte-order mark is skipped.
  init(_ bytes: Span<UInt8>, file: String) throws(DocumentError) {
    self.file = file
    unsafe text = .allocate(capacity: bytes.count)
    for index in bytes.indices { unsafe text.initializeElement(at: index, to: bytes[index]) }
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else { throw outOfMemory() }
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// Reads the next event.
  ///
  /// - Throws: ``DocumentError`` if the text is not YAML.
  func next() throws(DocumentError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    let kind: YAMLEvent.Kind =
      switch unsafe event.type {
      case YAML_SCALAR_EVENT:
        unsafe .scalar(
          String(
            decoding: UnsafeBufferPointer(
              start: event.data.scalar.value, count: event.data.scalar.length),
            as: UTF8.self),
          isPlain: event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
      case YAML_SEQUENCE_START_EVENT: .sequenceStart
      case YAML_SEQUENCE_END_EVENT: .sequenceEnd
      case YAML_MAPPING_START_EVENT: .mappingStart
      case YAML_MAPPING_END_EVENT: .mappingEnd
      case YAML_ALIAS_EVENT: .alias
      case YAML_DOCUMENT_START_EVENT: .documentStart
      case YAML_DOCUMENT_END_EVENT: .documentEnd
      case YAML_STREAM_END_EVENT: .streamEnd
      default: .other
      }
    let location = unsafe Self.location(event.start_mark)
    unsafe yaml_event_delete(&event)
    return YAMLEvent(kind: kind, location: location)
  }

  private static func location(_ mark: yaml_mark_t) -> DocumentError.Location {
    DocumentError.Location(line: mark.line + 1, column: mark.column + 1)
  }

  private func outOfMemory() -> DocumentError {
    DocumentError(
      file: file, location: nil, problem: "there is not enough memory to read the document",
      remedy: "free some")
  }

  /// The reason why the last event could not be read.
  private func failure() -> DocumentError {
    let problem =
      unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no reason given"
    switch unsafe parser.pointee.error {
    case YAML_MEMORY_ERROR: return outOfMemory()
    case YAML_READER_ERROR: return unsafe unreadable(at: parser.pointee.problem_offset, problem)
    default:
      let isTooDeep = problem.hasPrefix("Maximum nesting level")
      return DocumentError(
        file: file, location: unsafe inText(Self.location(parser.pointee.problem_mark)),
        problem: isTooDeep ? "lists are nested too deeply" : "this is not YAML: \(problem)",
        remedy: isTooDeep ? "a cluster document needs three levels" : "correct the syntax")
    }
  }

  /// An error about a byte that YAML does not allow; libyaml gives only its offset.
  private func unreadable(at offset: Int, _ problem: String) -> DocumentError {
    var offset = unsafe min(offset, text.count)
    // For a broken sequence libyaml gives the offset of the wrong byte; the sequence begins before it.
    if problem.contains("trailing") {
      repeat { offset -= 1 } while unsafe offset > 0 && text[offset] & 0xC0 == 0x80
      offset = max(offset, 0)
    }
    let location = place(at: offset)
    let value = unsafe parser.pointee.problem_value
    if problem.hasPrefix("control characters"), value >= 0 {
      return DocumentError(
        file: file, location: location,
        problem: "the character U+\(hexadecimal(Int(value), digits: 4)) cannot stand in a document",
        remedy: "take it out, or write it as an escape in double quotes")
    }
    return DocumentError(
      file: file, location: location, problem: "this is not UTF-8: \(problem)",
      remedy: "save the document as UTF-8 text")
  }

  /// The same place, or the end of the text if the place is after it.
  ///
  /// libyaml ends the last line even where the text does not, and reports a mistake there on a line that
  /// does not exist.
  ///
  /// - Complexity: O(size of the text), so this is for errors only.
  func inText(_ location: DocumentError.Location) -> DocumentError.Location {
    let end = unsafe place(at: text.count)
    return location.line > end.line ? end : location
  }

  private func place(at offset: Int) -> DocumentError.Location {
    var line = 1
    var column = 1
    for index in 0..<offset {
      if endsLine(index) {
        line += 1
        column = 1
      } else if unsafe text[index] & 0xC0 != 0x80 {
        column += 1
      }
    }
    return DocumentError.Location(line: line, column: column)
  }

  /// Whether a byte is the last one of a line break of YAML 1.1.
  private func endsLine(_ index: Int) -> Bool {
    switch unsafe text[index] {
    case 0x0A: return true
    case 0x0D: return unsafe index + 1 == text.count || text[index + 1] != 0x0A
    // U+0085, U+2028 and U+2029.
    case 0x85: return unsafe index > 0 && text[index - 1] == 0xC2
    case 0xA8, 0xA9: return unsafe index > 1 && text[index - 1] == 0x80 && text[index - 2] == 0xE2
    default: return false
    }
  }

  private func hexadecimal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
