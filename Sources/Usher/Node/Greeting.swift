import Foundation

/// What a person sees who has started the server.
struct Greeting {
    let scheme: String
    let host: String
    let port: Int
    let showsDemo: Bool

    func print() {
        let url = "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        var lines = ["", "Usher serves on \(url)"]
        if showsDemo {
            lines += [
                "",
                "  organizer  \(DemoAccount.organizer.email) / \(DemoAccount.organizer.password)",
                "  customer   \(DemoAccount.customer.email) / \(DemoAccount.customer.password)",
                "",
                "Try:  curl -s \(url)/api/events",
            ]
        }
        // Unlike `print`, this reaches a pipe at once.
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n\n").utf8))
    }
}
