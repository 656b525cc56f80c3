import NibbleText

/// Figures as all views write them.
typealias FigureText = NibbleText.FigureText
