/// Who may use which route, tried by `AccessTests`. Each group of four columns has the roles customer, organizer, staff,
/// admin; `in` means let in, a number the status of the refusal.
///
/// A stranger has nothing to do with what the path names; an owner has the hold, the booking or the account; the
/// organizer's user has made the event. Roles come from tokens, so a user may have made an event and be a customer now.
let accessTable = """
    route                                           visitor  stranger         owner            organizer        declared
    GET /api/auth/me                                401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    POST /api/auth/logout                           401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    POST /api/auth/refresh                          in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/auth/request-otp                      in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/auth/verify-otp                       in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/booking                               401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    DELETE /api/booking/{id}                        401      404 404 404 404  in  in  in  in   404 404 404 404  owner
    GET /api/booking/{id}                           401      404 404 404 in   in  in  in  in   404 in  404 in   owner, organizer, admin
    GET /api/booking/{id}/stream                    401      404 404 404 in   in  in  in  in   404 in  404 in   owner, organizer, admin
    GET /api/events                                 in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/events                                401      403 in  403 in   403 in  403 in   403 in  403 in   organizer, admin
    DELETE /api/events/{id}                         401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}                            in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    PATCH /api/events/{id}                          401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}/audit                      401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}/blocks                     401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    POST /api/events/{id}/blocks                    401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    DELETE /api/events/{id}/blocks/{block_id}       401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}/bookings                   401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}/bookings.csv               401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    POST /api/events/{id}/hold                      401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    DELETE /api/events/{id}/hold/{hold_id}          401      404 404 404 404  in  in  in  in   404 404 404 404  owner
    GET /api/events/{id}/hold/{hold_id}             401      404 404 404 404  in  in  in  in   404 404 404 404  owner
    PATCH /api/events/{id}/hold/{hold_id}           401      404 404 404 404  in  in  in  in   404 404 404 404  owner
    GET /api/events/{id}/seats                      in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /api/events/{id}/seats/{unit}/history       401      403 403 403 in   403 403 403 in   403 in  403 in   organizer, admin
    GET /api/events/{id}/stream                     in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/payments/webhook                      in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    POST /api/stream-tickets                        401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    POST /api/tickets/check-in                      401      403 in  in  in   403 in  in  in   403 in  in  in   staff, organizer, admin
    POST /api/users/login                           in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    PUT /api/users/password                         401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    GET /api/users/profile                          401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    PUT /api/users/profile                          401      in  in  in  in   in  in  in  in   in  in  in  in   signed in
    POST /api/users/register                        in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /api/users/{user_id}/bookings               401      404 404 404 in   in  in  in  in   404 404 404 in   owner, admin
    PUT /api/users/{user_id}/role                   401      403 403 403 in   403 403 403 in   403 403 403 in   admin
    GET /docs                                       in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /docs/docs.css                              in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /docs/docs.js                               in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /health/live                                in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /health/ready                               in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    GET /openapi.json                               in       in  in  in  in   in  in  in  in   in  in  in  in   everybody
    """
