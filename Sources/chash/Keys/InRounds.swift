import Dispatch
import Synchronization

/// What gives one unit of work after the other.
protocol UnitSource: SendableMetatype {
  associatedtype Unit: Sendable

  /// The next unit; nil at the end, however often it is asked again.
  mutating func next() throws -> Unit?
}

/// Works on the units of a source on all cores, and takes the results in the order of the units.
///
/// Units are worked on in rounds. While one round is worked on, the next is read. So no more than two
/// rounds are in memory.
enum InRounds {
  /// How many units a round has: enough that cores seldom wait for the slowest.
  private static let unitsOfARound = 16

  /// Works until the source ends or something throws.
  ///
  /// - Parameters:
  ///   - source: What gives the units.
  ///   - isSerial: Whether one core works alone, on one unit after the other.
  ///   - work: Makes the result of a unit; several threads call it at once.
  ///   - take: Takes the results, one after the other.
  /// - Throws: The first error in the order of the units.
  static func run<Source: UnitSource, Result: Sendable>(
    _ source: sending Source, isSerial: Bool = false,
    work: @Sendable (Source.Unit) throws -> Result,
    take: (Result) throws -> Void
  ) throws {
    let reader = Reader<Source, Result>(source)
    var round = reader.round()
    while !round.isEmpty {
      let slots = round
      let following = Mutex<[Slot<Source.Unit, Result>]>([])
      // The first iteration reads, so that it begins before the others are done.
      @Sendable func iterate(_ number: Int) {
        guard number == 0 else { return slots[number - 1].work(work) }
        let read = reader.round()
        following.withLock { $0 = read }
      }
      if isSerial {
        for number in 0...slots.count { iterate(number) }
      } else {
        DispatchQueue.concurrentPerform(iterations: slots.count + 1, execute: iterate)
      }
      for slot in round { try slot.take(take) }
      round = following.withLock { $0 }
    }
  }

  /// A unit, and what becomes of it.
  private final class Slot<Unit: Sendable, Result: Sendable>: Sendable {
    private enum State: Sendable {
      case waiting(Unit)
      case done(Result)
      case failed(any Error)
    }

    private let state: Mutex<State>

    init(_ unit: Unit) { state = Mutex(.waiting(unit)) }

    /// An error of the source stands where its unit would be.
    init(_ error: any Error) { state = Mutex(.failed(error)) }

    func work(_ work: (Unit) throws -> Result) {
      guard case .waiting(let unit) = state.withLock({ $0 }) else { return }
      do {
        let result = try work(unit)
        state.withLock { $0 = .done(result) }
      } catch {
        state.withLock { $0 = .failed(error) }
      }
    }

    func take(_ take: (Result) throws -> Void) throws {
      switch state.withLock({ $0 }) {
      case .waiting: break
      case .done(let result): try take(result)
      case .failed(let error): throw error
      }
    }
  }

  /// Reads a source; threads take turns.
  private final class Reader<Source: UnitSource, Result: Sendable>: Sendable {
    private let source: Mutex<Source>

    init(_ source: sending Source) { self.source = Mutex(source) }

    /// The next units.
    func round() -> [Slot<Source.Unit, Result>] {
      source.withLock { source in
        var round: [Slot<Source.Unit, Result>] = []
        do {
          while round.count < unitsOfARound, let unit = try source.next() {
            round.append(Slot(unit))
          }
        } catch {
          round.append(Slot(error))
        }
        return round
      }
    }
  }
}
