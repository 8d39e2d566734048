#include "http/auth/tokens.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_clock.hpp"

using namespace platen;
using namespace platen::http;
using namespace std::chrono_literals;

namespace {

const JobId job{"job_00000000000000000000000001"};
const JobId other_job{"job_00000000000000000000000002"};
const Tenant acme{"acme"};
const KeyId key_id{"0123456789ab"};
const LinkKey old_key{"old", std::string(32, 'a')};
const LinkKey new_key{"new", std::string(32, 'b')};

}  // namespace

TEST_CASE("a ticket tells its tenant, for its own job and until it lapses", "[auth]") {
  test::HandClock clock;
  const TokenSigner signer({new_key}, clock);
  const Token ticket = signer.ticket(acme, job);
  CHECK(ticket.expires_at == clock.now() + 10min);
  CHECK(signer.check_ticket(ticket.text, job) == acme);
  CHECK_FALSE(signer.check_ticket(ticket.text, other_job));
  clock.advance(10min - 1s);
  CHECK(signer.check_ticket(ticket.text, job));
  clock.advance(1s);
  CHECK_FALSE(signer.check_ticket(ticket.text, job));
}

TEST_CASE("a session stands for its key until it lapses", "[auth]") {
  test::HandClock clock;
  const TokenSigner signer({new_key}, clock, {.session = 1h});
  const Token session = signer.session(key_id);
  CHECK(signer.check_session(session.text) == key_id);
  CHECK(TokenSigner::end_of(session.text) == clock.now() + 1h);
  clock.advance(1h);
  CHECK_FALSE(signer.check_session(session.text));
}

TEST_CASE("a token of which any character is another is none", "[auth]") {
  test::HandClock clock;
  const TokenSigner signer({new_key}, clock);
  for (const std::string& good : {signer.ticket(acme, job).text, signer.session(key_id).text}) {
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string altered = good;
      altered[i] = altered[i] == 'a' ? 'b' : 'a';
      CHECK_FALSE(signer.check_ticket(altered, job));
      CHECK_FALSE(signer.check_session(altered));
      CHECK_FALSE(signer.check_ticket(good.substr(0, i), job));
    }
    CHECK_FALSE(signer.check_ticket(good + ".", job));
  }
  for (const char* const text : {"", ".", "...", "....", "acme.99999999999999999999.new.x"}) {
    CHECK_FALSE(signer.check_ticket(text, job));
    CHECK_FALSE(signer.check_session(text));
  }
}

TEST_CASE("a token passes for no other kind of token", "[auth]") {
  test::HandClock clock;
  const TokenSigner signer({new_key}, clock);
  // A tenant may well have the name of a key.
  const Token ticket = signer.ticket(Tenant{key_id.text}, job);
  CHECK_FALSE(signer.check_session(ticket.text));
  CHECK_FALSE(signer.check_ticket(signer.session(key_id).text, job));
}

TEST_CASE("tokens of the key before last go on while that is kept", "[auth]") {
  test::HandClock clock;
  const Token old_ticket = TokenSigner({old_key}, clock).ticket(acme, job);
  const TokenSigner during({new_key, old_key}, clock);
  CHECK(during.check_ticket(old_ticket.text, job) == acme);
  CHECK(TokenSigner({new_key}, clock).check_ticket(during.ticket(acme, job).text, job) == acme);
  CHECK_FALSE(TokenSigner({new_key}, clock).check_ticket(old_ticket.text, job));
}

TEST_CASE("the session's cookie is found among others", "[auth]") {
  const auto of = [](const std::string& text) { return std::string(session_in({{"Cookie", text}})); };
  CHECK(of("__Host-platen=abc") == "abc");
  CHECK(of("a=b; __Host-platen=abc; c=d") == "abc");
  CHECK(of("__Host-platen2=abc; x__Host-platen=abc").empty());
  CHECK(of("").empty());
  CHECK(session_in({}).empty());
}
