import AsyncHTTPClient
import Foundation
import HTTPAPI
import NIOCore
import NIOPosix
import NIOSSL

/// This machine: the configuration, the port, the limit of open files, and the certificate.
struct MachineCheck {
    /// Files that a node has open besides its clients' connections.
    private static let ownFiles = 200
    private static let renewalTime = 14 * 86_400

    let configuration: UsherConfiguration

    func diagnoses() async -> [Diagnosis] {
        var diagnoses = [secrets, openFiles, await port()]
        if let tls = configuration.http.tls { diagnoses.append(Self.certificate(tls)) }
        return diagnoses
    }

    private var secrets: Diagnosis {
        guard configuration.jwt.isGenerated else { return .ok("configuration", "complete") }
        return .warning(
            "configuration", "\(ConfigurationKey.jwtSecret.rawValue) is not set: each start makes one",
            "Set \(ConfigurationKey.jwtSecret.variable), so that logins survive a restart.")
    }

    private var openFiles: Diagnosis {
        let limit = OpenFileLimit.raise()
        let wanted = configuration.http.maxConnections + Self.ownFiles
        guard limit >= wanted else {
            return .warning(
                "open files", "at most \(limit), and http.max_connections wants \(wanted)",
                "Raise the limit (`ulimit -Hn`, or LimitNOFILE of systemd), or lower http.max_connections.")
        }
        return .ok("open files", "at most \(limit)")
    }

    /// Taken by a server that answers as Usher does is as it should be, when one runs here.
    private func port() async -> Diagnosis {
        let (host, port) = (configuration.http.host, configuration.http.port)
        let place = "\(host), port \(port)"
        do {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1).bind(host: host, port: port).get()
            try await channel.close()
            return .ok("port", "\(place) is free")
        } catch {
            if await isServing(host, port) {
                return .warning("port", "\(place) is in use by an Usher", "Stop it before another is started here.")
            }
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            return .failed(
                "port", "Usher cannot listen on \(place): \(reason)",
                "Stop what listens there, or change \(ConfigurationKey.httpPort.variable).")
        }
    }

    private func isServing(_ host: String, _ port: Int) async -> Bool {
        let name = ["0.0.0.0": "127.0.0.1", "::": "[::1]"][host] ?? (host.contains(":") ? "[\(host)]" : host)
        var settings = HTTPClient.Configuration(timeout: .init(connect: .seconds(2), read: .seconds(2)))
        // Nothing is sent that could be read, and nothing believed.
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.certificateVerification = .none
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        let scheme = configuration.http.tls == nil ? "http" : "https"
        let answer = try? await client.execute(
            HTTPClientRequest(url: "\(scheme)://\(name):\(port)/health/live"), timeout: .seconds(2))
        let body = try? await answer?.body.collect(upTo: 1_024)
        try? await client.shutdown()
        return body.map { String(buffer: $0) } == #"{"status":"live"}"#
    }

    static func certificate(_ tls: UsherConfiguration.TLS, now: Int = Int(time(nil))) -> Diagnosis {
        do {
            let left = try ServerCertificate(certificatePath: tls.certificate, keyPath: tls.key).endsAt - now
            let advice = "Renew it, and send a running server SIGHUP."
            if left <= 0 { return .failed("certificate", "\(tls.certificate) has ended", advice) }
            let found = "\(tls.certificate) is good for \(left / 86_400) days"
            return left < Self.renewalTime ? .warning("certificate", found, advice) : .ok("certificate", found)
        } catch {
            return .failed(
                "certificate", error.message,
                "Check \(ConfigurationKey.httpTLSCertificate.variable) and \(ConfigurationKey.httpTLSKey.variable).")
        }
    }
}
