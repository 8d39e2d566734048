#include <array>
#include <span>

#include "base/crypto.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/web_assets.hpp"

namespace platen::http {

namespace {

/// The page loads its own files and talks to its own server; nothing else, and nobody frames it.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

Route asset_route(std::string path, std::string_view text, std::string_view content_type) {
  Sha256 hash;
  hash.update(std::span(text.data(), text.size()));
  const std::string etag = "\"" + hex(hash.finish()).substr(0, 32) + "\"";
  const bool is_quick = path.find('\\') == std::string::npos;
  return {"GET",
          std::move(path),
          Body::none,
          [text, content_type, etag](const Request& request, Reply& reply) {
            reply.header("Content-Security-Policy", content_security_policy);
            reply.header("X-Content-Type-Options", "nosniff");
            reply.header("Referrer-Policy", "no-referrer");
            reply.header("Cache-Control", "no-cache");
            reply.header("ETag", etag);
            if (has_match(request, etag)) return reply.empty(304);
            reply.text(200, std::string(text), content_type);
          },
          is_quick,
          {},
          Needs::nothing};
}

}  // namespace

Routes page_routes() {
  return {asset_route("/", web::index_html, "text/html; charset=utf-8"),
          asset_route(R"(/platen\.css)", web::platen_css, "text/css; charset=utf-8"),
          asset_route(R"(/platen\.js)", web::platen_js, "text/javascript; charset=utf-8"),
          asset_route("/v1/schema/report", web::report_schema_json, "application/schema+json")};
}

}  // namespace platen::http
