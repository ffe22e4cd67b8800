import Foundation

/// A plot with two logarithmic axes, as SVG that is legible in light and in dark.
struct Plot {
  /// One line.
  struct Series {
    let name: String
    /// Which of the four colours.
    let colour: Int
    let isDashed: Bool
    var points: [(x: Double, y: Double)]
  }

  let title: String
  let xLabel: String
  let yLabel: String
  var series: [Series] = []

  private static let (width, height) = (840.0, 460.0)
  private static let (left, right, top, bottom) = (70.0, 590.0, 50.0, 400.0)

  /// The plot as the text of an SVG file; axes run over whole powers of ten.
  var svg: String {
    let points = series.flatMap(\.points).filter { $0.x > 0 && $0.y > 0 }
    let (xs, ys) = (Self.decades(points.map(\.x)), Self.decades(points.map(\.y)))
    func x(_ value: Double) -> Double {
      Self.left + (Self.right - Self.left) * Self.share(value, of: xs)
    }
    func y(_ value: Double) -> Double {
      Self.bottom - (Self.bottom - Self.top) * Self.share(value, of: ys)
    }

    var text = Self.opening(title)
    for power in xs {
      let at = Self.number(x(pow(10, Double(power))))
      text += "<path class=\"grid\" d=\"M\(at) \(Self.top)V\(Self.bottom)\"/>\n"
      text += "<text x=\"\(at)\" y=\"\(Self.bottom + 20)\" text-anchor=\"middle\">"
      text += "\(Self.tick(power))</text>\n"
    }
    for power in ys {
      let at = Self.number(y(pow(10, Double(power))))
      text += "<path class=\"grid\" d=\"M\(Self.left) \(at)H\(Self.right)\"/>\n"
      text += "<text x=\"\(Self.left - 8)\" y=\"\(at)\" dy=\"4\" text-anchor=\"end\">"
      text += "\(Self.tick(power))</text>\n"
    }
    let middle = (Self.left + Self.right) / 2
    text +=
      "<text x=\"\(middle)\" y=\"\(Self.bottom + 45)\" text-anchor=\"middle\">\(xLabel)</text>\n"
    text += "<text transform=\"translate(18 \((Self.top + Self.bottom) / 2)) rotate(-90)\" "
    text += "text-anchor=\"middle\">\(yLabel)</text>\n"

    for (place, line) in series.enumerated() {
      let style = "line c\(line.colour)" + (line.isDashed ? " dashed" : "")
      let path = line.points.map { "\(Self.number(x($0.x))) \(Self.number(y($0.y)))" }
      text += "<path class=\"\(style)\" d=\"M\(path.joined(separator: "L"))\"/>\n"
      let row = Self.top + 10 + Double(place) * 22
      text += "<path class=\"\(style)\" d=\"M\(Self.right + 16) \(row)h30\"/>\n"
      text += "<text x=\"\(Self.right + 54)\" y=\"\(row)\" dy=\"4\">\(line.name)</text>\n"
    }
    return text + "</svg>\n"
  }

  private static func opening(_ title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" \
    role="img" aria-label="\(title)">
    <style>
    .ground { fill: #ffffff } text { font: 13px sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: bold }
    .grid { stroke: #d0d7de; fill: none } .line { stroke-width: 2.2; fill: none }
    .dashed { stroke-dasharray: 6 5; stroke-width: 1.6 }
    .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
    @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d }
    .c0 { stroke: #58a6ff } .c1 { stroke: #f0883e } .c2 { stroke: #56d364 } .c3 { stroke: #bc8cff }
    }
    </style>
    <rect class="ground" width="\(Int(width))" height="\(Int(height))"/>
    <text class="title" x="\(left)" y="28">\(title)</text>

    """
  }

  /// The powers of ten from below the smallest value to above the largest.
  private static func decades(_ values: [Double]) -> ClosedRange<Int> {
    let low = Int(log10(values.min() ?? 1).rounded(.down))
    let high = Int(log10(values.max() ?? 10).rounded(.up))
    return low...max(high, low + 1)
  }

  private static func share(_ value: Double, of decades: ClosedRange<Int>) -> Double {
    (log10(value) - Double(decades.lowerBound)) / Double(decades.count - 1)
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func tick(_ power: Int) -> String {
    power >= 0
      ? String(format: "%.0f", pow(10, Double(power)))
      : String(format: "%.\(-power)f", pow(10, Double(power)))
  }
}
