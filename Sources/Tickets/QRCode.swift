internal import CPNG
internal import CQREncode

/// A text as a QR code (ISO/IEC 18004), for a door's scanner.
public enum QRCode {
    /// The empty border that scanners need, in modules.
    static let quietZone = 4
    /// The side of a module in pixels: large enough to be scanned from a telephone's display.
    static let moduleSize = 6

    /// The text as a black and white PNG, about 1 KB for a ticket; the same text gives the same bytes.
    ///
    /// - Returns: Nil when the text is empty, has a zero byte, is too long for a QR code (2,331 bytes), or memory is short.
    public static func png(_ text: String) -> [UInt8]? {
        modules(text).flatMap { PNG.encode($0.enlarged(border: quietZone, scale: moduleSize)) }
    }

    /// The code without its border. Level M: 15 % of it may be unreadable.
    static func modules(_ text: String) -> Bitmap? {
        guard !text.utf8.contains(0), let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        // The lowest bit tells the colour, the others how the module came to be.
        let modules = UnsafeBufferPointer(start: code.pointee.data, count: side * side)
        return Bitmap(side: side, pixels: modules.map { $0 & 1 })
    }
}

/// A square picture, row by row: 1 is black, 0 is white.
struct Bitmap: Hashable {
    let side: Int
    let pixels: [UInt8]

    func enlarged(border: Int, scale: Int) -> Bitmap {
        let enlargedSide = (side + 2 * border) * scale
        let emptyLines = [UInt8](repeating: 0, count: enlargedSide * border * scale)
        let margin = [UInt8](repeating: 0, count: border * scale)
        var enlarged = emptyLines
        enlarged.reserveCapacity(enlargedSide * enlargedSide)
        for row in 0..<side {
            var line = margin
            for pixel in pixels[row * side..<(row + 1) * side] { line += repeatElement(pixel, count: scale) }
            line += margin
            for _ in 0..<scale { enlarged += line }
        }
        enlarged += emptyLines
        return Bitmap(side: enlargedSide, pixels: enlarged)
    }
}

private enum PNG {
    /// White is colour 0, black is colour 1; two colours make libpng store one bit for a pixel.
    private static let colours: [UInt8] = [255, 0]

    static func encode(_ bitmap: Bitmap) -> [UInt8]? {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(bitmap.side)
        image.height = png_uint_32(bitmap.side)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = png_uint_32(colours.count)
        defer { png_image_free(&image) }

        // Twice what the bits take uncompressed, with room for headers: libpng tells if that is too little.
        var bytes = [UInt8](repeating: 0, count: bitmap.pixels.count / 4 + 1_024)
        var size = bytes.count
        // Rows without padding, as bytes that libpng need not convert.
        guard png_image_write_to_memory(&image, &bytes, &size, 0, bitmap.pixels, 0, colours) != 0 else { return nil }
        bytes.removeLast(bytes.count - size)
        return bytes
    }
}
