#include <fmt/format.h>

#include <map>
#include <span>

#include "base/crypto.hpp"
#include "http/routes/decode.hpp"
#include "http/routes/handlers.hpp"
#include "http/routes/web_assets.hpp"
#include "http/text.hpp"

namespace platen::http {

namespace {

/// The page loads its own files, talks to its own server and shows that one's PDFs, or where it keeps them; nothing
/// else, and nobody frames it.
std::string content_security_policy(const std::string& report_origin) {
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-src "
      "'self'{}{}; "
      "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      report_origin.empty() ? "" : " ", report_origin);
}

std::string_view content_type_of(std::string_view name) {
  const std::string_view extension = name.substr(name.rfind('.') + 1);
  if (extension == "html") return "text/html; charset=utf-8";
  if (extension == "css") return "text/css; charset=utf-8";
  if (extension == "js") return "text/javascript; charset=utf-8";
  return name == "openapi.json" ? "application/json" : "application/schema+json";
}

/// Of the page: where programs find out what there is (RFC 8631).
constexpr std::string_view service_description = "<openapi.json>; rel=\"service-desc\"; type=\"application/json\"";

/// A file as it is answered.
struct Served {
  std::string_view text;
  std::string_view content_type;
  std::string etag;
  std::string policy;
  std::string_view link = {};

  void answer(const Request& request, Reply& reply) const {
    reply.header("Content-Security-Policy", policy);
    reply.header("X-Content-Type-Options", "nosniff");
    reply.header("Referrer-Policy", "no-referrer");
    reply.header("Cache-Control", "no-cache");
    reply.header("ETag", etag);
    if (!link.empty()) reply.header("Link", link);
    if (has_match(request, etag)) return reply.empty(304);
    reply.text(200, std::string(text), content_type);
  }
};

std::map<std::string_view, Served> served_assets(const std::string& policy) {
  std::map<std::string_view, Served> served;
  for (const web::Asset& asset : web::assets()) {
    Sha256 hash;
    hash.update(std::span(asset.text.data(), asset.text.size()));
    const std::string etag = "\"" + hex(hash.finish()).substr(0, 32) + "\"";
    served.emplace(asset.name, Served{asset.text, content_type_of(asset.name), etag, policy});
  }
  served.at("index.html").link = service_description;
  return served;
}

Route file_route(std::string pattern, const Served& file) {
  return {"GET",         std::move(pattern),
          Body::none,    [file](const Request& request, Reply& reply) { file.answer(request, reply); },
          false,         {},
          Needs::nothing};
}

Route quick_route(std::string path, const Served& file) {
  Route route = file_route(std::move(path), file);
  route.is_quick = true;
  return route;
}

}  // namespace

Routes page_routes(const std::string& report_origin) {
  const auto files = served_assets(content_security_policy(report_origin));
  return {quick_route("/", files.at("index.html")),
          file_route("/openapi.json", files.at("openapi.json")),
          quick_route("/v1/schema/report", files.at("report.schema.json")),
          {"GET",
           "/web/{id}",
           Body::none,
           [files](const Request& request, Reply& reply) {
             const auto file = files.find(part_of_path(request.path, 1));
             if (file == files.end()) return reply.problem({Errc::not_found, "There is no such file.", {}});
             file->second.answer(request, reply);
           },
           false,
           {},
           Needs::nothing}};
}

}  // namespace platen::http
