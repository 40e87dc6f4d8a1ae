import Foundation
import Testing

/// The repository's text files, read once.
enum Repository {
    static let files: [TextFile] = readFiles()
    static let swiftFiles = files.filter { $0.path.hasSuffix(".swift") }

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().resolvingSymlinksInPath()

    /// What `.gitignore` names, and git's own folder.
    private static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".build") || name.hasSuffix(".xcodeproj")
            || [".git", ".swiftpm", ".usher", "Package.resolved"].contains(name)
    }

    private static func readFiles() -> [TextFile] {
        var files: [TextFile] = []
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            if isIgnored(url.lastPathComponent) {
                walk?.skipDescendants()
            } else if let text = try? String(contentsOf: url, encoding: .utf8) {
                files.append(TextFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text))
            }
        }
        return files.sorted { $0.path < $1.path }
    }
}

struct TextFile: Sendable {
    /// From the repository's root.
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The indices of the lines of code, comments left out, in which `pattern` is found.
    func code(matching pattern: some RegexComponent) -> [Int] {
        lines.indices.filter { !isComment($0) && lines[$0].contains(pattern) }
    }

    func isComment(_ index: Int) -> Bool {
        lines[index].trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
    }

    /// Whether a comment stands directly above a line, or above the attributes that stand there.
    func hasCommentAbove(_ index: Int) -> Bool {
        let above = lines[..<index].lastIndex { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("@") }
        return above.map(isComment) ?? false
    }

    /// Fails the running test at the line with this index.
    func fail(at index: Int, _ reason: String) {
        Issue.record(
            "\(path):\(index + 1): \(reason)",
            sourceLocation: SourceLocation(fileID: "usher/\(path)", filePath: path, line: index + 1, column: 1))
    }
}
