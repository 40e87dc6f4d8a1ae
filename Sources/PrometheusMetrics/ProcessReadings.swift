import Glibc

/// What the system knows of this process, by the names that Prometheus' own client libraries use.
public enum ProcessReadings {
    /// The metrics that ``observe(in:)`` shows.
    public static let families = [
        MetricFamily("process_cpu_seconds_total", .counter, "Processor time used, by the user and the system"),
        MetricFamily("process_resident_memory_bytes", .gauge, "Memory in use that is not swapped out"),
        MetricFamily("process_virtual_memory_bytes", .gauge, "Address space in use"),
        MetricFamily("process_open_fds", .gauge, "Open files and sockets"),
        MetricFamily("process_max_fds", .gauge, "Files and sockets that may be open"),
        MetricFamily("process_start_time_seconds", .gauge, "When the process began, in seconds since 1970"),
    ]

    /// Has a registry show them. Each is read from `/proc` when the metrics are.
    public static func observe(in registry: PrometheusRegistry) {
        let start = startTime()
        registry.observe("process_cpu_seconds_total", .counter) { cpuSeconds() }
        registry.observe("process_resident_memory_bytes") { memoryPages(1) * Double(sysconf(Int32(_SC_PAGESIZE))) }
        registry.observe("process_virtual_memory_bytes") { memoryPages(0) * Double(sysconf(Int32(_SC_PAGESIZE))) }
        registry.observe("process_open_fds") { openFiles() }
        registry.observe("process_max_fds") { fileLimit() }
        registry.observe("process_start_time_seconds") { start }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// - Parameter column: Of `/proc/self/statm`: 0 is the size, 1 is what is resident.
    private static func memoryPages(_ column: Int) -> Double {
        let columns = contents(of: "/proc/self/statm").split(separator: " ")
        return columns.indices.contains(column) ? Double(columns[column]) ?? 0 : 0
    }

    private static func openFiles() -> Double {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        // Not counted are `.`, `..` and the folder itself.
        var count = -3.0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    private static func fileLimit() -> Double {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Double(limit.rlim_cur)
    }

    /// From the 22nd column of `/proc/self/stat`, the ticks between the machine's start and ours (proc_pid_stat(5)).
    private static func startTime() -> Double {
        let status = contents(of: "/proc/self/stat")
        // The second column is the program's name in parentheses, which may have anything in it.
        let columns = status[(status.lastIndex(of: ")") ?? status.startIndex)...].split(separator: " ")
        let booted = contents(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard columns.count > 20, let ticks = Double(columns[20]),
            let boot = booted?.split(separator: " ").last.flatMap({ Double($0) })
        else { return 0 }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func contents(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
