import Accounts
import Audit
import Booking
import Catalog
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

extension Problem {
    /// The one place where errors become answers. An error that is not known here says nothing about itself.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem:
            self = problem
        case let error as BookingError:
            self.init(error)
        case let error as AccountsError:
            self.init(error)
        case let error as CatalogError:
            self.init(error)
        case let error as AuditLogUnavailable:
            self.init(
                .serviceUnavailable, "database_unavailable",
                "The database of changes did not answer. Try again shortly.")
            retry(after: .seconds(1))
            cause = error.cause
        case let error as PaymentNoticeError:
            self.init(
                .badRequest, error.code == .invalidSignature ? "invalid_signature" : "invalid_body", error.message)
        case let error as HTTPError where error.status == .notFound:
            self.init(.notFound, "not_found", "There is nothing at this path.")
        case is NIOTooManyBytesError:
            self = Problem(.contentTooLarge, "body_too_large", "The body is larger than is read.").closingConnection
        case is RequestDeadlineExceeded:
            self = Problem(.requestTimeout, "request_timeout", "The body did not come in time.").closingConnection
        case is HTTPParserError:
            self = .malformedRequest
        case is CancellationError:
            self.init(.serviceUnavailable, "shutting_down", "The server is shutting down; try again.")
            retry(after: .seconds(1))
        default:
            self.init(.internalServerError, "internal", "Something went wrong here. It has been logged.")
            cause = error
        }
    }

    private init(_ error: BookingError) {
        self.init(Self.statuses[error.code] ?? .internalServerError, error.code.rawValue, error.message)
        refusal = error
        cause = error.cause
        if let pause = error.retryAfter ?? (status == .serviceUnavailable ? .seconds(1) : nil) {
            retry(after: pause)
        }
    }

    private static let statuses: [BookingError.Code: HTTPResponse.Status] = [
        .eventNotFound: .notFound, .holdNotFound: .notFound, .bookingNotFound: .notFound,
        .blockNotFound: .notFound, .eventCancelled: .conflict, .tooManyBlocks: .conflict,
        .emptyBlock: .unprocessableContent, .invalidTicket: .unprocessableContent,
        .alreadyCheckedIn: .conflict, .bookingNotConfirmed: .conflict,
        .holdExpired: .gone, .holdReleased: .gone,
        .notCancellable: .conflict, .cancellationClosed: .conflict, .bookingChanging: .conflict,
        .holdBooked: .conflict, .seatsUnavailable: .conflict, .customerLimit: .conflict,
        .saleNotOpen: .conflict, .saleClosed: .conflict, .holdNotExtensible: .conflict,
        .emptyHold: .unprocessableContent, .duplicateUnit: .unprocessableContent,
        .unknownUnit: .unprocessableContent, .invalidQuantity: .unprocessableContent,
        .accessibleSeat: .unprocessableContent, .tooManyUnits: .unprocessableContent,
        .invalidPayment: .unprocessableContent,
        .invalidCursor: .badRequest,
        .overloaded: .serviceUnavailable, .ledgerUnavailable: .serviceUnavailable, .notOwner: .serviceUnavailable,
        .shuttingDown: .serviceUnavailable,
    ]

    private init(_ error: AccountsError) {
        switch error.code {
        case .invalidEmail, .invalidPassword, .invalidName, .wrongPassword:
            self.init(.unprocessableContent, error.code.rawValue, error.message)
        case .emailTaken:
            self.init(.conflict, error.code.rawValue, error.message)
        case .invalidCredentials, .invalidToken, .tokenExpired, .tokenRevoked, .invalidRefreshToken,
            .refreshTokenReused, .invalidCode:
            self = .unauthorized(error.code.rawValue, error.message)
        case .tooManyAttempts:
            self.init(.tooManyRequests, error.code.rawValue, error.message)
            retry(after: error.retryAfter ?? .seconds(1))
        case .userNotFound:
            self = .notFound(error.code.rawValue, error.message)
        case .busy, .databaseUnavailable:
            self.init(.serviceUnavailable, error.code.rawValue, error.message)
            retry(after: .seconds(1))
        default:
            self.init(.internalServerError, "internal", "Something went wrong here. It has been logged.")
        }
        fields = error.field.map { [FieldError(field: $0, message: error.message)] } ?? []
        cause = error.cause
    }

    private init(_ error: CatalogError) {
        switch error.code {
        case .invalidEvent:
            self.init(.unprocessableContent, error.code.rawValue, error.message)
        case .eventNotFound:
            self = .eventNotFound
        case .eventChanged:
            self.init(.preconditionFailed, error.code.rawValue, error.message)
        case .eventCancelled:
            self.init(.conflict, error.code.rawValue, error.message)
        case .invalidCursor, .invalidQuery:
            self.init(.badRequest, error.code.rawValue, error.message)
        case .databaseUnavailable:
            self.init(.serviceUnavailable, error.code.rawValue, error.message)
            retry(after: .seconds(1))
        default:
            self.init(.internalServerError, "internal", "Something went wrong here. It has been logged.")
        }
        fields = error.field.map { [FieldError(field: $0, message: error.message)] } ?? []
        cause = error.cause
    }
}
