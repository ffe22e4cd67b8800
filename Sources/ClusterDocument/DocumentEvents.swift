internal import YAMLReading

/// The YAML events of a document, whose errors name the file.
struct DocumentEvents {
  private let events: YAMLEvents
  private let file: String

  init(_ bytes: Span<UInt8>, file: String) throws(DocumentError) {
    self.file = file
    do {
      events = try YAMLEvents(bytes)
    } catch {
      throw DocumentError(error, file: file)
    }
  }

  /// Reads the next event.
  ///
  /// - Throws: ``DocumentError`` if the text is not YAML.
  func next() throws(DocumentError) -> YAMLEvent {
    do {
      return try events.next()
    } catch {
      throw DocumentError(error, file: file)
    }
  }
}

extension YAMLEvent {
  /// The place as errors have it.
  var location: DocumentError.Location { DocumentError.Location(position) }
}

extension DocumentError.Location {
  init(_ position: YAMLPosition) {
    self.init(line: position.line, column: position.column)
  }
}

extension DocumentError {
  init(_ error: YAMLError, file: String) {
    self.init(
      file: file, location: error.position.map(Location.init), problem: error.problem,
      remedy: error.problem == YAMLError.tooDeep
        ? "a cluster document needs three levels" : error.remedy)
  }
}
