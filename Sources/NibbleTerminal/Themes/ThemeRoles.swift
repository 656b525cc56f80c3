extension Theme {
    /// The colour behind everything.
    public var background: Color { self[.background] }
    /// The header, the chosen row and the tracks of bars.
    public var bar: Color { self[.selection] }
    /// The footer.
    public var footer: Color { self[.lighterBackground] }
    /// Frames of panels without focus: slot 3, softened so that it never competes with text.
    public var frame: Color { mix(.frame, .background, 0.25) }
    /// Plain text, slot 5.
    public var text: Color { self[.text] }
    /// Soft text, mix(5, 0, 15 %).
    public var soft: Color { readable(.background, share: 0.15, contrast: 7) }
    /// Muted text, mix(5, 0, 42 %), less where a scheme's contrast would fall below 4.5:1.
    public var muted: Color { readable(.background, share: 0.42, contrast: 4.5) }
    /// Muted text on slot 2, mix(5, 2, 30 %).
    public var mutedOnBar: Color { readable(.selection, share: 0.30, contrast: 4.5) }

    /// Text on the background.
    public var plain: Style { Style(foreground: text) }
    /// The one figure that matters.
    public var strong: Style { Style(foreground: text, attributes: .bold) }
    /// Text of the second level.
    public var softStyle: Style { Style(foreground: soft) }
    /// Labels and context.
    public var mutedStyle: Style { Style(foreground: muted) }
    /// Labels in the header and in chosen rows.
    public var mutedOnBarStyle: Style { Style(foreground: mutedOnBar) }
    /// Text in a slot's colour.
    public func style(_ slot: Slot) -> Style { Style(foreground: self[slot]) }

    /// The original model, and what has the focus.
    public var original: Color { self[.blue] }
    /// What has the focus.
    public var focus: Color { self[.blue] }
    /// The plan, its cursor, its keys.
    public var plan: Color { self[.yellow] }
    /// Hand-made mixes and jobs.
    public var job: Color { self[.purple] }
    /// Good, fits.
    public var good: Color { self[.green] }
    /// Near a limit, first split.
    public var warning: Color { self[.orange] }
    /// Clipped, over, worse.
    public var bad: Color { self[.red] }

    /// The judgement ramp C→B→A→9→8 at a value from 0 (harmless) to 1 (worst).
    public func ramp(_ value: Double) -> Color {
        interpolate([self[.cyan], self[.green], self[.yellow], self[.orange], self[.red]], value)
    }

    /// A heat map's colour at 0…1: near the background first, so that only the top tenth is bright.
    public func heat(_ value: Double) -> Color {
        let value = value.isNaN ? 0 : min(max(value, 0), 1)
        return background.mixed(with: ramp(value), 0.12 + 0.88 * value * value * value)
    }

    /// The colour of a bit width: int3 A, int4 B, int5 C, int6 D, 8 bits 7, 16 and more muted, below 3 red.
    public func bits(_ bits: Int) -> Color {
        switch bits {
        case ...2: self[.red]
        case 3: self[.yellow]
        case 4: self[.green]
        case 5: self[.cyan]
        case 6: self[.blue]
        case 7, 8: self[.lightestText]
        default: muted
        }
    }

    /// Black or white or the background or the text colour, whichever is best read on `color`: for chips.
    public func ink(on color: Color) -> Color {
        background.contrast(to: color) >= text.contrast(to: color) ? background : text
    }

    private func interpolate(_ stops: [Color], _ value: Double) -> Color {
        let position = (value.isNaN ? 0 : min(max(value, 0), 1)) * Double(stops.count - 1)
        let index = min(Int(position), stops.count - 2)
        return stops[index].mixed(with: stops[index + 1], position - Double(index))
    }

    /// Slot 5 with as much of `slot` mixed in as keeps `contrast` to that slot, at most `share`.
    private func readable(_ slot: Slot, share: Double, contrast: Double) -> Color {
        var share = share
        while share > 0, mix(.text, slot, share).contrast(to: self[slot]) < contrast { share -= 0.01 }
        return mix(.text, slot, max(0, share))
    }
}
