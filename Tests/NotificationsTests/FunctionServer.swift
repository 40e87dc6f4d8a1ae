import Foundation
import LocalStack

/// A real HTTP server in a process of its own, on a free loopback port, that answers as it is told.
struct FunctionServer {
    /// A request that it got.
    struct Request: Decodable {
        let method: String
        let path: String
        let type: String?
        let authorization: String?
        let body: Call
    }

    /// What a function sees of a mail.
    struct Call: Decodable {
        struct Ticket: Decodable {
            let place: String
            let token: String
        }

        let id: String
        let event: String
        let to: String
        let subject: String
        let body: String
        let tickets: [Ticket]
    }

    let port: Int

    /// Runs a server while `body` runs; returns the requests that it got.
    ///
    /// - Parameter statuses: Answers one after the other, then 202; 0 is no answer at all.
    static func run(
        isolation: isolated (any Actor)? = #isolation, answering statuses: [Int] = [],
        _ body: (FunctionServer) async throws -> Void
    ) async throws -> [Request] {
        let (process, input, output) = Python.process(script, arguments: statuses.map(String.init))
        // Python tells there of callers that did not wait for the answer.
        process.standardError = FileHandle.nullDevice
        let exit = try process.start()
        defer { process.terminate() }
        let firstLine = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(firstLine.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw DidNotStart(output: firstLine)
        }
        try await body(FunctionServer(port: port))
        // The end of its input ends it.
        try input.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        exit.wait()
        return try JSONDecoder().decode([Request].self, from: printed)
    }

    private struct DidNotStart: Error {
        let output: String
    }

    private static let script = """
        import json, sys, threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        statuses, requests, lock, end = [int(s) for s in sys.argv[1:]], [], threading.Lock(), threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    status = statuses.pop(0) if statuses else 202
                    requests.append({
                        "method": self.command, "path": self.path, "type": self.headers["Content-Type"],
                        "authorization": self.headers["Authorization"], "body": json.loads(body),
                    })
                if status == 0:
                    end.wait()
                    return
                self.send_response(status)
                if status // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"answer")

            do_GET = do_POST

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        end.set()
        print(json.dumps(requests))
        """
}
