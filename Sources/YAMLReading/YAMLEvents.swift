internal import CYaml

/// The events of a YAML text, one by one.
///
/// They come from libyaml, which is part of Yams. Yams' own tree takes 5.6 KB and 20 µs a node, too much
/// for a cluster of a million nodes, and resolves aliases without a limit. Events take no memory, and a
/// reader refuses an unexpected event before anything grows.
///
/// All unsafe code for YAML is in this file.
@safe package final class YAMLEvents {
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The end of the text.
  ///
  /// libyaml ends the last line even where the text does not, and gives what it misses there (an empty
  /// value, a closing brace) a place on a line that does not exist. Such places become this one.
  private let end: YAMLPosition

  /// Starts reading.
  ///
  /// The encoding is UTF-8; a byte-order mark is skipped.
  package init(_ bytes: Span<UInt8>) throws(YAMLError) {
    try Self.checkTags(bytes)
    unsafe text = .allocate(capacity: bytes.count)
    for index in bytes.indices { unsafe text.initializeElement(at: index, to: bytes[index]) }
    end = unsafe Self.place(at: text.count, in: UnsafeBufferPointer(text))
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

  /// libyaml compares each `%TAG` with all others, and each tag with all of them.
  private static let mostTags = 100

  private static func checkTags(_ bytes: Span<UInt8>) throws(YAMLError) {
    let mark = Array("%TAG".utf8)
    var tags = 0
    var line = 1
    for index in bytes.indices {
      if bytes[index] == 0x0A { line += 1 }
      guard bytes[index] == mark[0], index == 0 || bytes[index - 1] == 0x0A,
        bytes.count - index >= mark.count,
        mark.indices.allSatisfy({ bytes[index + $0] == mark[$0] })
      else { continue }
      tags += 1
      guard tags <= mostTags else {
        throw YAMLError(
          position: YAMLPosition(line: line, column: 1),
          problem: "the text has more than \(mostTags) %TAG directives",
          remedy: "leave out those that nothing uses")
      }
    }
  }

  /// Reads the next event.
  ///
  /// - Throws: ``YAMLError`` if the text is not YAML.
  package func next() throws(YAMLError) -> YAMLEvent {
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
      case YAML_SEQUENCE_START_EVENT:
        unsafe .sequenceStart(isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
      case YAML_SEQUENCE_END_EVENT: .sequenceEnd
      case YAML_MAPPING_START_EVENT:
        unsafe .mappingStart(isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
      case YAML_MAPPING_END_EVENT: .mappingEnd
      case YAML_ALIAS_EVENT: unsafe .alias(Self.text(event.data.alias.anchor) ?? "")
      case YAML_DOCUMENT_START_EVENT:
        unsafe .documentStart(isWritten: event.data.document_start.implicit == 0)
      case YAML_DOCUMENT_END_EVENT:
        unsafe .documentEnd(isWritten: event.data.document_end.implicit == 0)
      case YAML_STREAM_END_EVENT: .streamEnd
      default: .other
      }
    let (anchor, tag) = unsafe Self.marks(event)
    let position = unsafe position(event.start_mark)
    unsafe yaml_event_delete(&event)
    return YAMLEvent(kind: kind, position: position, anchor: anchor, tag: tag)
  }

  /// The anchor and the tag of an event.
  private static func marks(_ event: yaml_event_t) -> (anchor: String?, tag: String?) {
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      unsafe (text(event.data.scalar.anchor), text(event.data.scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      unsafe (text(event.data.sequence_start.anchor), text(event.data.sequence_start.tag))
    case YAML_MAPPING_START_EVENT:
      unsafe (text(event.data.mapping_start.anchor), text(event.data.mapping_start.tag))
    default: (nil, nil)
    }
  }

  private static func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
    unsafe bytes.map { unsafe String(cString: $0) }
  }

  private func position(_ mark: yaml_mark_t) -> YAMLPosition {
    mark.line < end.line ? YAMLPosition(line: mark.line + 1, column: mark.column + 1) : end
  }

  private func outOfMemory() -> YAMLError {
    YAMLError(
      position: nil, problem: "there is not enough memory to read the document",
      remedy: "free some")
  }

  /// The reason why the last event could not be read.
  private func failure() -> YAMLError {
    let problem =
      unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "no reason given"
    switch unsafe parser.pointee.error {
    case YAML_MEMORY_ERROR: return outOfMemory()
    case YAML_READER_ERROR: return unsafe unreadable(at: parser.pointee.problem_offset, problem)
    default:
      let isTooDeep = problem.hasPrefix("Maximum nesting level")
      return YAMLError(
        position: unsafe position(parser.pointee.problem_mark),
        problem: isTooDeep ? YAMLError.tooDeep : "this is not YAML: \(problem)",
        remedy: isTooDeep ? "use fewer levels" : "correct the syntax")
    }
  }

  /// An error about a byte that YAML does not allow; libyaml gives only its offset.
  private func unreadable(at offset: Int, _ problem: String) -> YAMLError {
    var offset = unsafe min(offset, text.count)
    // For a broken sequence libyaml gives the offset of the wrong byte; the sequence begins before it.
    if problem.contains("trailing") {
      repeat { offset -= 1 } while unsafe offset > 0 && text[offset] & 0xC0 == 0x80
      offset = max(offset, 0)
    }
    let position = unsafe Self.place(at: offset, in: UnsafeBufferPointer(text))
    let value = unsafe parser.pointee.problem_value
    if problem.hasPrefix("control characters"), value >= 0 {
      return YAMLError(
        position: position,
        problem: "the character U+\(hexadecimal(Int(value), digits: 4)) cannot stand in a document",
        remedy: "take it out, or write it as an escape in double quotes")
    }
    return YAMLError(
      position: position, problem: "this is not UTF-8: \(problem)",
      remedy: "save the document as UTF-8 text")
  }

  private static func place(at offset: Int, in text: UnsafeBufferPointer<UInt8>) -> YAMLPosition {
    var line = 1
    var column = 1
    for index in 0..<offset {
      if unsafe endsLine(index, in: text) {
        line += 1
        column = 1
      } else if unsafe text[index] & 0xC0 != 0x80 {
        column += 1
      }
    }
    return YAMLPosition(line: line, column: column)
  }

  /// Whether a byte is the last one of a line break of YAML 1.1.
  private static func endsLine(_ index: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
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
