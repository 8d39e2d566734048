#include "base/crypto.hpp"

#include <set>

#include "base/webhook_secret.hpp"
#include "tests/support/catch.hpp"

using namespace platen;

namespace {

std::string sha256(const std::string& text) {
  Sha256 hash;
  hash.update(text);
  return hex(hash.finish());
}

}  // namespace

TEST_CASE("SHA-256 gives the standard's digests", "[crypto]") {
  // FIPS 180-4's examples.
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("bytes may be hashed in any pieces", "[crypto]") {
  Sha256 hash;
  for (const char letter : std::string("abc")) hash.update(std::string(1, letter));
  Sha256 moved = std::move(hash);
  CHECK(hex(moved.finish()) == sha256("abc"));
}

TEST_CASE("HMAC-SHA-256 gives the digests of RFC 4231", "[crypto]") {
  CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("base64url has the URL alphabet and no padding", "[crypto]") {
  const auto encoded = [](std::initializer_list<unsigned char> bytes) {
    return base64url(std::span(bytes.begin(), bytes.size()));
  };
  CHECK(encoded({}).empty());
  CHECK(encoded({'f'}) == "Zg");
  CHECK(encoded({'f', 'o'}) == "Zm8");
  CHECK(encoded({'f', 'o', 'o'}) == "Zm9v");
  CHECK(encoded({0xfb, 0xff, 0xfe}) == "-__-");
}

TEST_CASE("base64 has padding and is read back, what is none is told", "[crypto]") {
  const auto encoded = [](std::string_view text) {
    return base64(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
  };
  CHECK(encoded("") == "");
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("\xfb\xff\xfe") == "+//+");
  std::string every;
  for (int i = 0; i < 256; ++i) {
    every += static_cast<char>(i);
    CHECK(base64_decode(encoded(every)) == every);
  }
  for (const char* const none : {"Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zg==Zg==", " Zg=", "Zm9v\n", "Zm9-"})
    CHECK_FALSE(base64_decode(none));
}

TEST_CASE("a webhook's secret is one of Standard Webhooks", "[crypto]") {
  CHECK(webhook_key(new_webhook_secret())->size() == 32);
  CHECK(new_webhook_secret() != new_webhook_secret());
  CHECK(webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")->size() == 24);
  for (const char* const none : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_???"})
    CHECK_FALSE(webhook_key(none));
}

TEST_CASE("texts are equal or not, whatever their length", "[crypto]") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST_CASE("random texts are of their length and differ", "[crypto]") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_hex(16));
  CHECK(seen.size() == 100);
  CHECK(seen.begin()->size() == 32);
  CHECK(seen.begin()->find_first_not_of("0123456789abcdef") == std::string::npos);
}

TEST_CASE("a hash that was saved goes on where it was, wherever that is", "[crypto]") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>(i);
  for (std::size_t split = 0; split <= text.size(); ++split) {
    CAPTURE(split);
    Sha256 first;
    first.update(std::string_view(text).substr(0, split));
    auto second = Sha256::restore(first.save());
    REQUIRE(second.has_value());
    CHECK(second->bytes() == split);
    second->update(std::string_view(text).substr(split));
    CHECK(hex(second->finish()) == sha256(text));
  }
  for (const char* bad : {"", "0", "0:", "x:0:0:0:0:0:0:0:0:", "0:0:0:0:0:0:0:0:0:YQ==", "1:0:0:0:0:0:0:0:0:",
                          "1:0:0:0:0:0:0:0:0:?", "1:0:0:0:0:0:0:YQ=="}) {
    CAPTURE(bad);
    CHECK_FALSE(Sha256::restore(bad).has_value());
  }
}
