import Inventory

/// The blocks of one inventory, and what is being written of them. Part of its owner's state.
struct BlockTable {
    /// Blocks of one offering, at most: they are kept in memory and listed whole.
    static let limit = 1_000

    private(set) var claims: [UniqueID: UnitClaims] = [:]
    /// Rises whenever a write begins or ends, so that whoever reads the record can tell that it stood still meanwhile.
    private(set) var changes = 0
    private var writing = 0
    private var isInDoubt = false

    /// Whether memory and record are known to agree.
    var isSettled: Bool { writing == 0 && !isInDoubt }

    /// Whether nothing was being written since `changes` was read.
    func stoodStill(since changes: Int) -> Bool { writing == 0 && self.changes == changes }

    subscript(id: UniqueID) -> UnitClaims? {
        get { claims[id] }
        set { claims[id] = newValue }
    }

    mutating func beginWriting() {
        writing += 1
        changes += 1
    }

    mutating func endWriting(inDoubt: Bool) {
        writing -= 1
        changes += 1
        isInDoubt = isInDoubt || inDoubt
    }

    /// Memory goes by the record now.
    mutating func settle() {
        isInDoubt = false
    }
}
