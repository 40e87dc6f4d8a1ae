import Booking
import HTTPTypes
import Inventory

/// What a customer asks to have set aside. The booking engine checks it.
struct HoldRequestBody: Decodable {
    let request: HoldRequest

    private enum CodingKeys: String, CodingKey {
        case seats, general, accessible, bestAvailable = "best_available"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let named = HoldRequest(
            seats: try container.decodeIfPresent([String].self, forKey: .seats) ?? [],
            general: try container.decodeIfPresent([GeneralPlacesBody].self, forKey: .general)?.map(\.places) ?? [],
            isAccessible: try container.decodeIfPresent(Bool.self, forKey: .accessible) ?? false)
        guard let best = try container.decodeIfPresent(BestAvailableBody.self, forKey: .bestAvailable) else {
            request = named
            return
        }
        guard named == HoldRequest() else {
            throw Problem.invalidHold(
                FieldError([CodingKeys.bestAvailable], "must stand alone, without `seats`, `general` or `accessible`"))
        }
        request = HoldRequest(best.wanted)
    }
}

/// Seats for the inventory to choose.
private struct BestAvailableBody: Decodable {
    let wanted: HoldRequest.BestAvailable

    private enum CodingKeys: String, CodingKey {
        case quantity, section, priceMin = "price_min", priceMax = "price_max", adjacent, accessible
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let lowest: Int64? = try container.integerIfPresent(forKey: .priceMin)
        let highest: Int64? = try container.integerIfPresent(forKey: .priceMax)
        guard lowest ?? 0 >= 0 else {
            throw Problem.invalidHold(FieldError(decoder.codingPath + [CodingKeys.priceMin], "must be 0 or more"))
        }
        guard highest ?? .max >= lowest ?? 0 else {
            throw Problem.invalidHold(
                FieldError(decoder.codingPath + [CodingKeys.priceMax], "must be 0 or more, and not below `price_min`"))
        }
        wanted = HoldRequest.BestAvailable(
            quantity: try container.integer(forKey: .quantity),
            section: try container.decodeIfPresent(String.self, forKey: .section),
            priceMinor: (lowest ?? 0)...(highest ?? .max),
            isAdjacent: try container.decodeIfPresent(Bool.self, forKey: .adjacent) ?? true,
            isAccessible: try container.decodeIfPresent(Bool.self, forKey: .accessible) ?? false)
    }
}

extension Problem {
    /// The body can be read, but asks for what cannot be meant.
    fileprivate static func invalidHold(_ error: FieldError) -> Problem {
        var problem = Problem(.unprocessableContent, "invalid_hold", "`\(error.field)` \(error.message).")
        problem.fields = [error]
        return problem
    }
}

/// Places without seat numbers: `{"section": "FLOOR", "quantity": 2}`.
struct GeneralPlacesBody: Decodable {
    let places: HoldRequest.General

    private enum CodingKeys: String, CodingKey {
        case section, quantity
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        places = HoldRequest.General(
            section: try container.decode(String.self, forKey: .section),
            quantity: try container.integer(forKey: .quantity))
    }
}
