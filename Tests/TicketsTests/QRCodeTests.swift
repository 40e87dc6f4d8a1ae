import CPNG
import Testing

@testable import Tickets

@Suite("A QR code")
struct QRCodeTests {
    @Test("as a picture is the code with an empty border, pixel by pixel", arguments: [1, 132, 2_331])
    func picture(_ length: Int) throws {
        let text = String(String(repeating: "Aa0-_x", count: length / 6 + 1).prefix(length))
        let modules = try #require(QRCode.modules(text))
        let picture = try decode(try #require(QRCode.png(text)))
        let (border, scale) = (QRCode.quietZone, QRCode.moduleSize)
        #expect(picture.side == (modules.side + 2 * border) * scale)
        for index in picture.pixels.indices {
            let row = index / picture.side / scale - border
            let column = index % picture.side / scale - border
            let isInside = (0..<modules.side).contains(row) && (0..<modules.side).contains(column)
            let isBlack = isInside && modules.pixels[row * modules.side + column] == 1
            guard (picture.pixels[index] == 1) == isBlack else {
                Issue.record("the pixel at \(index % picture.side), \(index / picture.side) has the wrong colour")
                return
            }
        }
    }

    @Test("has its three finder patterns, so that a scanner sees it")
    func finders() throws {
        let modules = try #require(QRCode.modules("usher"))
        let finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
        for (top, left) in [(0, 0), (0, modules.side - 7), (modules.side - 7, 0)] {
            let found = (0..<7).map { row in
                (0..<7).map { "\(modules.pixels[(top + row) * modules.side + left + $0])" }.joined()
            }
            #expect(found == finder)
        }
    }

    @Test("is small for a ticket, and the same each time")
    func small() throws {
        let token = String(repeating: "Aa0-_x", count: 22)
        let png = try #require(QRCode.png(token))
        #expect(png.count < 2_000)
        #expect(QRCode.png(token) == png)
    }

    @Test("is not made of what no code can hold")
    func impossible() {
        for text in ["", "a\0b", String(repeating: "x", count: 2_332)] {
            #expect(QRCode.png(text) == nil)
        }
    }

    /// Reads a PNG back: 1 is black.
    private func decode(_ png: [UInt8]) throws -> Bitmap {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        try #require(png_image_begin_read_from_memory(&image, png, png.count) != 0)
        image.format = png_uint_32(PNG_FORMAT_GRAY)
        try #require(image.width == image.height)
        var pixels = [UInt8](repeating: 7, count: Int(image.width * image.height))
        try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
        return Bitmap(side: Int(image.width), pixels: pixels.map { $0 == 0 ? 1 : 0 })
    }
}
