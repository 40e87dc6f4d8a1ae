#pragma once

#include <stddef.h>

/// A file that is part of the program.
typedef struct {
    const unsigned char *bytes;
    size_t size;
} UsherDocument;

/// The description of the API in OpenAPI 3.1.
extern const UsherDocument usher_openapi_json;
/// The page that shows it.
extern const UsherDocument usher_docs_html;
extern const UsherDocument usher_docs_css;
extern const UsherDocument usher_docs_js;
