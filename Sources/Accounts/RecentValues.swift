/// A dictionary that never holds more than its limit, and forgets what nobody has asked for the longest.
///
/// Two generations bound it without a sweep: when the younger is half of the limit, it becomes the older, and the older
/// is forgotten. A value in use is found in the older and moved to the younger, so only idle ones go.
struct RecentValues<Key: Hashable, Value> {
    private let generationLimit: Int
    private var younger: [Key: Value] = [:]
    private var older: [Key: Value] = [:]

    init(limit: Int) {
        generationLimit = limit / 2
    }

    /// How many there are.
    var count: Int { younger.count + older.count }

    /// Reading counts as use, so it moves a value.
    subscript(key: Key) -> Value? {
        mutating get {
            if let value = younger[key] { return value }
            guard let value = older.removeValue(forKey: key) else { return nil }
            put(value, for: key)
            return value
        }
        set {
            older[key] = nil
            guard let newValue else {
                younger[key] = nil
                return
            }
            put(newValue, for: key)
        }
    }

    subscript(key: Key, default defaultValue: @autoclosure () -> Value) -> Value {
        mutating get { self[key] ?? defaultValue() }
        set { self[key] = newValue }
    }

    private mutating func put(_ value: Value, for key: Key) {
        guard generationLimit > 0 else { return }
        if younger.count >= generationLimit, younger[key] == nil {
            swap(&younger, &older)
            younger.removeAll(keepingCapacity: true)
        }
        younger[key] = value
    }
}
