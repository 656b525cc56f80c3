extension Theme {
    /// The theme that needs no file.
    public static let builtIn = Theme(
        checkedName: "Nibble Dusk", author: "nibble", isLight: false,
        palette: [
            0x1A1B26, 0x16161F, 0x2A2C3D, 0x474A63, 0x6C7091, 0xD3D8F0, 0xE2E5F7, 0xC0B6F5,
            0xF28BA0, 0xF5AE7E, 0xF6DC9E, 0x9FDD9B, 0x86DACB, 0x86B0FA, 0xCBA2F3, 0xE3B8B0,
        ].map { Color($0) })
}
