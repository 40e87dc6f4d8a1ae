#pragma once

#include <curl/curl.h>

// Swift cannot call variadic functions, so each kind of argument that is needed has a function of its own. The
// parentheses keep libcurl's type-checking macros away, which want the option as a literal.

static inline CURLcode usher_curl_set_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode usher_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode usher_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode usher_curl_set_read_function(CURL *handle, curl_read_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, function);
}

static inline CURLcode usher_curl_set_write_function(CURL *handle, curl_write_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, function);
}

static inline CURLcode usher_curl_set_open_socket_function(CURL *handle, curl_opensocket_callback function) {
    return (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

// A macro of casts, which Swift does not import.
static const curl_socket_t usher_curl_socket_bad = CURL_SOCKET_BAD;

static inline long usher_curl_response_code(CURL *handle) {
    long code = 0;
    return (curl_easy_getinfo)(handle, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK ? code : 0;
}
