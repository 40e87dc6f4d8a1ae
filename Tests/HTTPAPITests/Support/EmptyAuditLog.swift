import Audit
import Inventory

/// Where nothing is recorded, as of stores in memory.
struct EmptyAuditLog: AuditLog {
    func records(of event: UniqueID, before number: Int64?, limit: Int) -> [AuditRecord] { [] }
}
