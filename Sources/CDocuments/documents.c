#include "CDocuments.h"

// The compiler reads the files, so that a server needs none beside its program, and none is written out as code.
// #embed is of C23; Clang knows it in the dialect that SwiftPM asks for, too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_json[] = {
#embed "openapi.json"
};

static const unsigned char docs_html[] = {
#embed "docs.html"
};

static const unsigned char docs_css[] = {
#embed "docs.css"
};

static const unsigned char docs_js[] = {
#embed "docs.js"
};

const UsherDocument usher_openapi_json = {openapi_json, sizeof openapi_json};
const UsherDocument usher_docs_html = {docs_html, sizeof docs_html};
const UsherDocument usher_docs_css = {docs_css, sizeof docs_css};
const UsherDocument usher_docs_js = {docs_js, sizeof docs_js};
