// Who is let in where: every route there is, asked by everyone who should not get through.
#include <set>

#include "base/api_key.hpp"
#include "tests/integration/http/refusals.hpp"
#include "tests/integration/http/running_routes.hpp"

using namespace platen;
using namespace platen::test;
using http::Needs;

namespace {

struct Bearer {
  Bearer(const std::string& tenant, Scopes scopes) {
    NewApiKey minted = new_api_key();
    text = minted.text;
    key.id = minted.id;
    key.sha256 = minted.sha256;
    key.tenant = Tenant{tenant};
    key.scopes = scopes;
  }
  [[nodiscard]] std::string field() const { return "Authorization: Bearer " + text + "\r\n"; }
  ApiKey key;
  std::string text;
};

constexpr Scopes only(Scope scope) { return Scopes().with(scope); }

/// A service with two tenants, of whom `acme` has one of everything.
struct Site {
  Site() {
    Job job;
    job.id = new_job_id();
    job.tenant = Tenant{"acme"};
    job.state = JobState::failed;
    job.seq = 2;
    platen.queue().jobs[job.id] = job;
    job_id = job.id.text;
    Webhook webhook;
    webhook.id = new_webhook_id();
    webhook.tenant = job.tenant;
    platen.webhooks().webhooks[webhook.id] = webhook;
    webhook_id = webhook.id.text;
    const RawAnswer begun = ask("POST", "/v1/uploads", acme.field() + "Upload-Length: 3\r\n");
    REQUIRE(begun.status == 201);
    upload_id = begun.header("location").substr(std::string("/v1/uploads/").size());
  }

  RawAnswer ask(const std::string& method, const std::string& path, const std::string& fields,
                const std::string& body = {}) {
    RawHttp client = platen.connect();
    const std::string about_body =
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields +
                (method == "GET" ? "" : about_body) + "\r\n" + body);
    return client.answer();
  }

  /// A path that the pattern takes, with what is acme's.
  [[nodiscard]] std::string path_of(const std::string& pattern) const {
    std::string path = pattern;
    const std::string group = "{id}";
    for (std::size_t at = path.find(group); at != std::string::npos; at = path.find(group)) {
      std::string id = "x";
      if (path.starts_with("/v1/jobs/") || path.starts_with("/d/")) id = job_id;
      if (path.starts_with("/v1/uploads/")) id = upload_id;
      if (path.starts_with("/v1/webhooks/"))
        id = path.find("/deliveries/") < at ? "msg_" + std::string(40, 'a') : webhook_id;
      path.replace(at, group.size(), id);
    }
    return path;
  }

  Bearer acme{"acme", Scopes::all()};
  Bearer submitter{"acme", only(Scope::submit)};
  Bearer reader{"acme", only(Scope::read)};
  Bearer nobody{"acme", Scopes()};
  Bearer other{"other", Scopes::all()};
  Bearer unknown{"acme", Scopes::all()};
  TempDir folder;
  RunningRoutes platen{
      folder.path().string(), {}, KeyList{"1", {acme.key, submitter.key, reader.key, nobody.key, other.key}}};
  std::string job_id;
  std::string webhook_id;
  std::string upload_id;
};

std::string name_of(const http::Route& route) { return route.method + " " + route.pattern; }

}  // namespace

TEST_CASE("only these routes are for everyone", "[access]") {
  Site site;
  std::set<std::string> open;
  for (const http::Route& route : site.platen.routes())
    if (route.needs == Needs::nothing) open.insert(name_of(route));
  CHECK(open == std::set<std::string>{"GET /", "GET /web/{id}", "GET /v1/schema/report", "GET /livez", "GET /readyz",
                                      "GET /d/{id}", "DELETE /v1/session", "GET /openapi.json"});
}

TEST_CASE("every other route refuses who has no key, a wrong one, or one without the scope", "[access]") {
  Site site;
  for (const http::Route& route : site.platen.routes()) {
    if (route.needs == Needs::nothing) continue;
    const std::string path = site.path_of(route.pattern);
    INFO(name_of(route) << " as " << path);
    const RawAnswer none = site.ask(route.method, path, "");
    CHECK(none.status == 401);
    CHECK(none.header("www-authenticate") == "Bearer realm=\"platen\"");
    CHECK(none.header("content-type") == "application/problem+json");
    const RawAnswer wrong = site.ask(route.method, path, site.unknown.field());
    CHECK(wrong.status == 401);
    CHECK(wrong.header("www-authenticate").find("invalid_token") != std::string::npos);
    CHECK(wrong.body.find(site.unknown.text) == std::string::npos);
    if (route.needs == Needs::anyone) continue;
    const Bearer& lacking = route.needs == Needs::submit ? site.reader : site.submitter;
    const char* const scope = route.needs == Needs::submit ? "submit" : route.needs == Needs::read ? "read" : "admin";
    for (const Bearer* const bearer : std::initializer_list<const Bearer*>{&lacking, &site.nobody}) {
      const RawAnswer lacks = site.ask(route.method, path, bearer->field());
      CHECK(lacks.status == 403);
      CHECK(lacks.body.find(std::string("'") + scope + "'") != std::string::npos);
      CHECK(lacks.header("www-authenticate").find(std::string("scope=\"") + scope + "\"") != std::string::npos);
    }
  }
}

TEST_CASE("what is one tenant's is not there for another, on every route that names it", "[access]") {
  Site site;
  std::set<std::string> checked;
  for (const http::Route& route : site.platen.routes()) {
    const std::string path = site.path_of(route.pattern);
    if (route.needs == Needs::nothing || path == route.pattern) continue;
    INFO(name_of(route) << " as " << path);
    const std::string body = route.body == http::Body::json ? "{}" : "";
    CHECK(site.ask(route.method, path, site.other.field(), body).status == 404);
    checked.insert(name_of(route));
  }
  CHECK(checked.size() == 18);
  CHECK(site.ask("GET", "/v1/events?jobs=" + site.job_id, site.other.field()).status == 404);
  CHECK(site.ask("GET", "/v1/jobs", site.other.field()).body.find(site.job_id) == std::string::npos);
  CHECK(site.ask("GET", "/v1/dead-letters", site.other.field()).body.find(site.job_id) == std::string::npos);
  CHECK(site.ask("GET", "/v1/webhooks", site.other.field()).body.find(site.webhook_id) == std::string::npos);
  CHECK(site.ask("POST", "/v1/dead-letters/redrive", site.other.field(), R"({"all":true})").body ==
        R"({"redriven":0,"jobs":[]})");
  // And it is there for its own.
  CHECK(site.ask("GET", "/v1/jobs/" + site.job_id, site.acme.field()).status == 200);
  CHECK(site.ask("GET", "/v1/jobs", site.acme.field()).body.find(site.job_id) != std::string::npos);
  CHECK(site.ask("GET", "/v1/uploads/" + site.upload_id, site.acme.field()).status == 200);
}

TEST_CASE("an upload is its tenant's, as data and as an image", "[access]") {
  Site site;
  const RawAnswer stored = site.ask("POST", "/v1/uploads", site.acme.field(), R"({"a":1})");
  REQUIRE(stored.status == 201);
  const std::string id = stored.body.substr(stored.body.find("upl_"), 30);
  const std::string as_data = R"({"report":{"title":"t"},"data":{"upload":")" + id + R"("}})";
  const std::string as_image =
      R"({"report":{"title":"t","sections":[{"type":"image","upload":")" + id + R"("}]},"data":{"rows":[{"a":1}]}})";
  for (const std::string& body : {as_data, as_image}) {
    const RawAnswer others = site.ask("POST", "/v1/jobs", site.other.field(), body);
    CHECK(others.status == 422);
    CHECK(others.body.find("There is no such upload.") != std::string::npos);
    CHECK(site.ask("POST", "/v1/jobs", site.acme.field(), body).status == 202);
  }
  CHECK(site.ask("GET", "/v1/uploads/" + id, site.other.field()).status == 404);
  CHECK(site.ask("GET", "/v1/uploads/" + id, site.acme.field()).status == 200);
}

TEST_CASE("a body that nobody may send is refused before it is sent", "[access]") {
  Site site;
  RawHttp client = site.platen.connect();
  client.send(
      "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 401);
  RawHttp patient = site.platen.connect();
  patient.send("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n" +
               site.reader.field() + "Content-Length: 1000000000\r\n\r\n--x\r\n");
  CHECK(patient.answer().status == 403);
}

TEST_CASE("a session begins with a key, acts for it, and ends", "[access]") {
  Site site;
  const RawAnswer begun = site.ask("POST", "/v1/session", site.reader.field());
  REQUIRE(begun.status == 201);
  CHECK(begun.body.find(R"("tenant":"acme","scopes":["read"])") != std::string::npos);
  const std::string set = begun.header("set-cookie");
  for (const char* const attribute : {"; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict", "; Max-Age=43200"})
    CHECK(set.find(attribute) != std::string::npos);
  CHECK(begun.body.find(set.substr(0, set.find(';'))) == std::string::npos);
  const std::string cookie = "Cookie: " + set.substr(0, set.find(';')) + "\r\n";
  CHECK(site.ask("GET", "/v1/jobs/" + site.job_id, cookie).status == 200);
  CHECK(site.ask("GET", "/v1/session", cookie).body.find("\"expires_at\":\"") != std::string::npos);
  CHECK(site.ask("DELETE", "/v1/jobs/" + site.job_id, cookie).status == 403);
  CHECK(site.ask("POST", "/v1/session", cookie).status == 403);  // or it would never end
  // The key counts, where both are sent.
  CHECK(site.ask("GET", "/v1/jobs/" + site.job_id, cookie + site.other.field()).status == 404);
  const RawAnswer ended = site.ask("DELETE", "/v1/session", cookie);
  CHECK(ended.status == 204);
  CHECK(ended.header("set-cookie").starts_with("__Host-platen=; Path=/; Max-Age=0"));
}

TEST_CASE("a job's links hold a ticket that opens its stream without a key", "[access]") {
  Site site;
  const std::string body = site.ask("GET", "/v1/jobs/" + site.job_id, site.acme.field()).body;
  const std::size_t at = body.find("/events?ticket=");
  REQUIRE(at != std::string::npos);
  const std::string query = body.substr(at + 7, body.find('"', at) - at - 7);
  const std::string stream = "/v1/jobs/" + site.job_id + "/events";
  // It has ended and been seen to its end: there is nothing more to tell.
  CHECK(site.ask("GET", stream + query, "Last-Event-ID: 2\r\n").status == 204);
  CHECK(site.ask("GET", stream, "Last-Event-ID: 2\r\n").status == 401);
  CHECK(site.ask("GET", "/v1/jobs/" + site.job_id + query, "").status == 401);
  CHECK(site.ask("GET", stream + query + "x", "Last-Event-ID: 2\r\n").status == 401);
}

TEST_CASE("a link to a result is tied to its tenant", "[access]") {
  Site site;
  Job& job = site.platen.queue().jobs.begin()->second;
  const std::string link = site.platen.signer().sign(job.tenant, job.id).path;
  CHECK(link.ends_with("&t=acme"));
  CHECK(site.ask("GET", link, "").status == 409);  // it has no result
  CHECK(site.ask("GET", link.substr(0, link.size() - 4) + "other", "").status == 403);
  CHECK(site.ask("GET", link.substr(0, link.rfind('&')), "").status == 403);
  CHECK(site.ask("GET", site.platen.signer().sign(Tenant{"other"}, job.id).path, "").status == 410);
}
